# What library/vendor does not hold, and std does not need: dependencies of tests and benchmarks, and the parts in C.
/^\[/ { skip = /^\[(dev|build)-dependencies\]/ }
/dep:profiler_builtins|^profiler_builtins =/ { next }
/^ *"(core|alloc)tests",$/ { next }
{ gsub(/"dep:cc"/, "") }
!skip
