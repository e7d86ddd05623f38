# Lists of processors whose ioctl numbers are composed as on x86-64.
s/^    target_arch = "x86_64",$/& target_arch = "wasm32",/
