//! The composed component under wasmtime's own `wasi:http`, as `wasmtime serve` runs it when it is told to keep instances:
//! one instance, one request at a time.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p2::bindings::{Proxy, ProxyPre};
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

/// The component on a free port; it ends when this is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Served {
    /// With this token in its environment; none when it is empty.
    pub(crate) fn start(token: &str) -> anyhow::Result<Served> {
        let (engine, component) = compiled().map_err(|error| anyhow::anyhow!("{error:#}"))?;
        let mut wasi = WasiCtx::builder();
        wasi.env("FERRITE_HTTP_ALLOW_ORIGIN", "https://app.example.com");
        if !token.is_empty() {
            wasi.env("FERRITE_HTTP_TOKEN", token);
        }
        let state =
            State { wasi: wasi.build(), http: WasiHttpCtx::new(), table: ResourceTable::new(), hooks: NoRequests };
        let store = Store::new(&engine, state);
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                tokio::select! {
                    served = serve(engine, component, store, listener) => served.expect("the component is served"),
                    _ = stopped => {}
                }
            });
        });
        Ok(Served { address, _stop: stop })
    }
}

/// Compiled once for all tests.
fn compiled() -> Result<(Engine, Component)> {
    static COMPILED: std::sync::Mutex<Option<(Engine, Component)>> = std::sync::Mutex::new(None);
    let mut compiled = COMPILED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(compiled) = &*compiled {
        return Ok(compiled.clone());
    }
    let engine = Engine::default();
    let component = Component::new(&engine, ferrite_build::compose::HTTP.build()?.bytes)?;
    Ok(compiled.insert((engine, component)).clone())
}

async fn serve(
    engine: Engine,
    component: Component,
    mut store: Store<State>,
    listener: std::net::TcpListener,
) -> Result<()> {
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    let pre = ProxyPre::new(linker.instantiate_pre(&component)?)?;
    let proxy = pre.instantiate_async(&mut store).await?;
    let instance = Arc::new(Mutex::new((store, proxy)));
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let instance = Arc::clone(&instance);
        tokio::spawn(async move {
            let service = service_fn(|request| handle(Arc::clone(&instance), request));
            // A client that hangs up is no fault of the component's.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn handle(
    instance: Arc<Mutex<(Store<State>, Proxy)>>,
    request: Request<Incoming>,
) -> Result<Response<HyperOutgoingBody>> {
    let (sender, answer) = oneshot::channel();
    // The body is written while it is read: the call goes on behind the answer's head.
    let call = tokio::spawn(async move {
        let (store, proxy) = &mut *instance.lock().await;
        let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
        let out = store.data_mut().http().new_response_outparam(sender)?;
        proxy.wasi_http_incoming_handler().call_handle(store, request, out).await
    });
    match answer.await {
        Ok(answer) => Ok(answer?),
        Err(_) => {
            call.await??;
            wasmtime::bail!("the component set no answer")
        }
    }
}

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    hooks: NoRequests,
}

/// The component sends none.
struct NoRequests;

type Sending<T> = Box<dyn Future<Output = std::result::Result<T, Error>> + Send>;

impl WasiHttpHooks for NoRequests {
    fn send_request(
        &mut self,
        _: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Sending<()>,
    ) -> Sending<(Response<WasiBody>, Sending<()>)> {
        unreachable!("it does not import what sends requests")
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.hooks }
    }
}

#[test]
fn the_composed_file_asks_for_nothing_but_wasi() -> Result<()> {
    let (engine, component) = compiled()?;
    let ty = component.component_type();
    let imports: Vec<String> = ty.imports(&engine).map(|(name, _)| name.to_owned()).collect();
    assert!(imports.iter().all(|name| name.starts_with("wasi:")), "{imports:?}");
    assert!(!imports.iter().any(|name| name.contains("outgoing") || name.contains("sockets")), "{imports:?}");
    let exports: Vec<String> = ty.exports(&engine).map(|(name, _)| name.to_owned()).collect();
    assert!(matches!(&exports[..], [one] if one.starts_with("wasi:http/incoming-handler@0.2")), "{exports:?}");
    Ok(())
}
