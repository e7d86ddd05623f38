/* Neither ILP32 (long is 64 bits) nor LP64 (pointers are 32 bits): none of POSIX's named
 * programming environments describes this target. */
