//! Upstreams behind TLS: by HTTP/2 or HTTP/1.1, as they like, and only those that are trusted.

use std::fs;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use ferrite_mock_openai::{Mock, Script};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::host::Gateway;

/// TLS in front of a mock, with a certificate of its own.
struct Front {
    address: SocketAddr,
    folder: TempDir,
    /// The protocols that were agreed on, connection by connection.
    agreed: Arc<Mutex<Vec<String>>>,
}

impl Front {
    fn start(mock: SocketAddr, protocols: &[&str]) -> Result<Front> {
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let folder = TempDir::new()?;
        fs::write(folder.path().join("authority.pem"), signed.cert.pem())?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der()));
        let mut config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![signed.cert.der().clone()], key)?;
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let agreed = Arc::<Mutex<Vec<String>>>::default();
        let told = Arc::clone(&agreed);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // It serves until the process ends.
        std::thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                while let Ok((stream, _)) = listener.accept().await {
                    let (acceptor, told) = (acceptor.clone(), Arc::clone(&told));
                    tokio::spawn(async move {
                        let Ok(mut stream) = acceptor.accept(stream).await else { return };
                        let protocol =
                            stream.get_ref().1.alpn_protocol().unwrap_or_default().escape_ascii().to_string();
                        told.lock().unwrap_or_else(PoisonError::into_inner).push(protocol);
                        if let Ok(mut behind) = TcpStream::connect(mock).await {
                            // Either side may hang up, as it likes.
                            let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
                        }
                    });
                }
            });
        });
        Ok(Front { address, folder, agreed })
    }
}

fn through(protocols: &[&str], is_trusted: bool) -> Result<(Front, Gateway)> {
    let mock = Mock::start(Script::default());
    let front = Front::start(mock.address(), protocols)?;
    let config = format!(
        "[[models]]\nname = \"*\"\nretries = 0\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"https://localhost:{}/v1\"\n",
        front.address.port()
    );
    let authority = front.folder.path().join("authority.pem");
    let trusted = [("SSL_CERT_FILE", authority.as_path())];
    let gateway = Gateway::within(mock, &config, &[], if is_trusted { &trusted } else { &[] })?;
    Ok((front, gateway))
}

#[test]
fn answers_and_streams_come_by_the_protocol_that_the_upstream_likes() -> Result<()> {
    for (protocols, expected) in [(&["h2", "http/1.1"][..], "h2"), (&["http/1.1"], "http/1.1"), (&[], "")] {
        let (front, gateway) = through(protocols, true)?;
        for more in ["", "\"stream\": true"] {
            let answer = gateway.chat_with("Hello", more, &[])?;
            assert!(answer.status == 200 && answer.text().contains("You"), "{expected}: {}", answer.text());
        }
        let agreed = front.agreed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        assert_eq!(agreed.first().context("it was asked")?, expected);
        assert!(agreed.len() == 1, "the connection is kept: {agreed:?}");
    }
    Ok(())
}

#[test]
fn who_is_not_trusted_gets_nothing() -> Result<()> {
    let (front, gateway) = through(&["h2"], false)?;
    let answer = gateway.chat("Hello")?;
    assert_eq!(answer.status, 502, "{}", answer.text());
    assert_eq!(gateway.mock.total(), 0);
    assert!(front.agreed.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
    Ok(())
}
