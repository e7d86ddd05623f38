"""What ci/fetch and ci/stage share: pins, the cache on disk, and Debian's source archive."""
