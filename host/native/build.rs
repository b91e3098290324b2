//! Builds the store component and tells `lib.rs` where it is.

fn main() -> anyhow::Result<()> {
    let store = ferrite_build::guest("store")?;
    store.rerun_if_changed();
    println!("cargo:rustc-env=FERRITE_STORE_COMPONENT={}", store.path.display());
    Ok(())
}
