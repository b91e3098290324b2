//! Whom TLS trusts: Mozilla's authorities, or those of the file that `SSL_CERT_FILE` names, as with programs of OpenSSL.

use std::env;
use std::ffi::OsStr;
use std::sync::{Arc, OnceLock};

use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The variable that names a file of certificates in PEM.
const VARIABLE: &str = "SSL_CERT_FILE";

/// How connections to others are made, read once. The error names the file and what is wrong with it.
pub(crate) fn client_config() -> Result<Arc<ClientConfig>, String> {
    static CONFIG: OnceLock<Result<Arc<ClientConfig>, String>> = OnceLock::new();
    let read = || {
        let roots = match env::var_os(VARIABLE).filter(|file| !file.is_empty()) {
            Some(file) => authorities(&file)?,
            None => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() },
        };
        Ok(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
    };
    CONFIG.get_or_init(read).clone()
}

fn authorities(file: &OsStr) -> Result<RootCertStore, String> {
    let complaint = |what: String| format!("{VARIABLE} {}: {what}", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| complaint(error.to_string()))? {
        let certificate = certificate.map_err(|error| complaint(error.to_string()))?;
        roots.add(certificate).map_err(|error| complaint(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(complaint("expected certificates in PEM, found none".to_owned()));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_named_with_what_was_expected() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(&file, "none").expect("writable");
        let error = authorities(file.path().as_os_str()).expect_err("there are none");
        assert!(error.contains(VARIABLE) && error.contains("PEM"), "{error}");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        std::fs::write(&file, broken).expect("writable");
        assert!(authorities(file.path().as_os_str()).is_err(), "it is no certificate");
        assert!(authorities(OsStr::new("/missing")).expect_err("no file").contains("/missing"));
    }
}
