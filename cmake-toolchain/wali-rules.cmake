# Read by CMake after its own knowledge of Linux, because of CMAKE_USER_MAKE_RULES_OVERRIDE in
# wali.cmake. SHARED and MODULE libraries become static ones, as on every platform without them.
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
# Nor are there run paths, which CMake would have to link again for at installation.
set(CMAKE_SKIP_RPATH ON)
