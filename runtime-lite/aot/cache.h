/*
 * The user's images: ${XDG_CACHE_HOME:-~/.cache}/wali/images, a directory that nobody else may write to, with a file for
 * each .wasm file and machine. Its name is made from the file's identity and the version of images, so looking one up is
 * one open(). Files are complete when they get their names; who compiles the same module at the same time
 * replaces one good image by another.
 */
#ifndef AOT_CACHE_H
#define AOT_CACHE_H

#include "image.h"

#include <limits.h>

#define CACHE_LIMIT (UINT64_C(2) << 30) /* bytes; WALI_CACHE_SIZE, in MiB, is another */

/* False when neither variable says where it is. */
bool cache_directory(char out[static PATH_MAX]);
/* The image's path. False likewise. */
bool cache_path(const struct image_identity *identity, uint32_t machine, char out[static PATH_MAX]);

/*
 * Maps the image that there is of this file. IMAGE_NONE: there is none, or no cache. IMAGE_BAD: `why` is the message, `path`
 * the file.
 */
enum image_status cache_find(struct image *image, const struct image_identity *identity,
			     char path[static PATH_MAX], char why[static IMAGE_WHY]);

/* Makes the directory and those above. False with errno set. */
bool cache_make_directory(void);

/*
 * After an image has been added: removes others of the module of that name, what compilers left that died, and the images that
 * have not been used for longest, until all together are below the limit.
 */
void cache_trim(const char *added);

/* wali-run --cache list, clean: the exit status. */
int cache_list(void);
int cache_clean(void);

#endif
