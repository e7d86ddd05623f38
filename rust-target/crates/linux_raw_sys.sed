# The kernel's constants and structures by processor: x86-64's, which fit since long has 64 bits. Pointers in them follow the compiler.
s/all(target_arch = "x86_64", target_pointer_width = "64")/target_arch = "wasm32"/
s/cfg(target_arch = "x86_64")/cfg(target_arch = "wasm32")/
s/^ *target_arch = "x86_64",$/& target_arch = "wasm32",/
