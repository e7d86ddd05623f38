# CMake toolchain file: cmake -DCMAKE_TOOLCHAIN_FILE=<sdk>/share/wali/wali.cmake
# Needs CMake 3.16. Works from wherever the SDK is.

get_filename_component(WALI_SDK "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
set(_wali_tool "${WALI_SDK}/bin/wasm32-wali-linux-musl")

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

# A compiler that was chosen already stays: CC=ccache-wrapper, -DCMAKE_C_COMPILER=...
foreach(_wali_lang C:clang CXX:clang++ ASM:clang)
  string(REPLACE ":" ";" _wali_lang "${_wali_lang}")
  list(GET _wali_lang 0 _wali_var)
  list(GET _wali_lang 1 _wali_name)
  if(NOT CMAKE_${_wali_var}_COMPILER)
    set(CMAKE_${_wali_var}_COMPILER "${_wali_tool}-${_wali_name}")
  endif()
endforeach()
foreach(_wali_name AR RANLIB NM STRIP OBJDUMP OBJCOPY READELF ADDR2LINE)
  string(TOLOWER "${_wali_name}" _wali_lower)
  set(CMAKE_${_wali_name} "${_wali_tool}-${_wali_lower}" CACHE FILEPATH "")
endforeach()
set(CMAKE_LINKER "${_wali_tool}-ld" CACHE FILEPATH "")
set(PKG_CONFIG_EXECUTABLE "${_wali_tool}-pkg-config" CACHE FILEPATH "")

# try_run(), ctest and generators that are built on the way run under the runtime.
set(CMAKE_CROSSCOMPILING_EMULATOR "${WALI_SDK}/bin/wali-run")

# Libraries and headers are the sysroot's (and what the user adds), programs are the machine's.
list(INSERT CMAKE_FIND_ROOT_PATH 0 "${WALI_SDK}/sysroot")
list(REMOVE_DUPLICATES CMAKE_FIND_ROOT_PATH)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# CMake takes it from CMAKE_SYSTEM_NAME that there are shared libraries; this comes after that.
set(CMAKE_USER_MAKE_RULES_OVERRIDE "${CMAKE_CURRENT_LIST_DIR}/wali-rules.cmake")
