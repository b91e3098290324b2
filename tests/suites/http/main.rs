//! REST over HTTP: what the server's port and the component under `wasi:http` answer, and whom they refuse.
//!
//! What both must do comes twice, as `…::on_server` and `…::on_component`.

mod access;
mod calls;
mod component;
mod host;
mod port;
mod subscriptions;
mod upstash;

/// Each check as a test of the server's port and as one of the component.
#[macro_export]
macro_rules! on_both_hosts {
    ($($check:ident),* $(,)?) => {
        mod on_server {
            $(#[test]
            fn $check() -> anyhow::Result<()> {
                super::$check(&$crate::host::Host::server(&[])?)
            })*
        }
        mod on_component {
            $(#[test]
            fn $check() -> anyhow::Result<()> {
                super::$check(&$crate::host::Host::component($crate::host::TOKEN)?)
            })*
        }
    };
}
