# shellcheck shell=sh disable=SC2034
# What tests that build packages share; read with `.`. $needs names crates, and $place the package's directory, which is entered.
# Then $sdk, $cargo (the machine's), $here, $work and $registry (Debian's crates) are set, and cargo knows nothing of the user's.
sdk=${WALI_SDK:-build/sdk}
registry=/usr/share/cargo/registry
if ! [ -x "$sdk/libexec/wali/rustc" ]; then
	echo '1..0 # SKIP no Rust on this machine'
	exit 0
fi
for crate in $needs; do
	if ! [ "$(ls -d "$registry/$crate"-[0-9]* 2>/dev/null)" ]; then
		echo "1..0 # SKIP no librust-$(echo "$crate" | tr _ -)-dev"
		exit 0
	fi
done
sdk=$(CDPATH='' cd -- "$sdk" && pwd)
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cargo=$(cat "$sdk/lib/rustlib/cargo")
if [ "${WALI_RUN-}" ]; then
	export CARGO_TARGET_WASM32_WALI_LINUX_MUSL_RUNNER="$WALI_RUN"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$place/src" "$work/$place/.cargo" "$work/home"
cd "$work/$place" || exit
export CARGO_HOME="$work/home" CARGO_NET_OFFLINE=true
unset CARGO_TARGET_DIR RUSTFLAGS RUSTC CARGO_BUILD_TARGET
cat >source.toml <<EOF
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "$registry"
EOF
cp source.toml .cargo/config.toml
