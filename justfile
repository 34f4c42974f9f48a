# Shorter ways to what stands in README.md and CONTRIBUTING.md.

# What there is.
default:
    @just --list

# Every test.
test:
    cargo test --workspace

# A whole story on this machine.
demo:
    cargo run --release -- demo

# What CI does.
ci:
    .ci/run

# Formatting and lints.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# The documentation of the code.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Write the test vectors anew; docs/wire-format.md then needs their new hash, which the tidy test prints.
vectors:
    KENES_WRITE_VECTORS=1 cargo test -p kenes-core --test vectors
    cargo test -p kenes-core --test tidy

# How short a held-out bulletin becomes.
dictionary:
    cargo test -p kenes-core --lib -- --nocapture more_than_halves
