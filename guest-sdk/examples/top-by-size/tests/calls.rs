//! What `top-by-size` answers, compared with what a sort of the same packages says.

use ferrite_udf::{Reply, testing::Sandbox};
use top_by_size::call;

/// Packages of two sections, with sizes that look shuffled and of which some are equal.
fn packages(count: u64) -> Vec<(String, &'static str, u64)> {
    let section = |n: u64| if n.is_multiple_of(3) { "games" } else { "web" };
    (0..count).map(|n| (format!("package-{n:05}"), section(n), n.wrapping_mul(0x9e37_79b9) % 5_000)).collect()
}

fn sandbox_with(packages: &[(String, &str, u64)]) -> Sandbox {
    let sandbox = Sandbox::new();
    for (name, section, size) in packages {
        let value = format!(r#"{{"Package": "{name}", "Version": "1", "Section": "{section}", "Size": {size}}}"#);
        sandbox.command(&["SET", &format!("pkg:{name}"), &value]).expect("SET works");
    }
    sandbox.command(&["SET", "other", "no JSON"]).expect("SET works");
    sandbox.command(&["SET", "pkg:broken", "no JSON"]).expect("SET works");
    sandbox
}

fn expected(packages: &[(String, &str, u64)], section: &str, count: usize) -> Reply {
    let mut rows: Vec<_> = packages.iter().filter(|package| package.1 == section).collect();
    rows.sort_by(|left, right| right.2.cmp(&left.2).then_with(|| left.0.cmp(&right.0)));
    Reply::array(rows.into_iter().take(count).map(|(name, _, size)| (name.clone(), *size)))
}

#[test]
fn the_largest_of_a_section_are_found_over_many_pages() {
    let packages = packages(5_000);
    let sandbox = sandbox_with(&packages);
    for section in ["games", "web"] {
        assert_eq!(sandbox.call(call, &[], &[section, "10"]), Ok(expected(&packages, section, 10)));
    }
}

#[test]
fn a_section_with_fewer_packages_returns_them_all() {
    let packages = packages(7);
    let sandbox = sandbox_with(&packages);
    assert_eq!(sandbox.call(call, &[], &["games", "10"]), Ok(expected(&packages, "games", 10)));
    assert_eq!(sandbox.call(call, &[], &["none", "10"]), Ok(Reply::Array(Vec::new())));
    assert_eq!(sandbox.call(call, &[], &["games", "10", "nothing:*"]), Ok(Reply::Array(Vec::new())));
}

#[test]
fn it_only_reads() {
    let packages = packages(7);
    let sandbox = sandbox_with(&packages);
    assert_eq!(sandbox.call_read_only(call, &[], &["web", "1"]), Ok(expected(&packages, "web", 1)));
}

#[test]
fn errors_say_what_is_wrong() {
    let error = Sandbox::new().call(call, &[], &["games", "many"]).expect_err("`many` is no number");
    assert_eq!(error, "ERR argument 2 (`n`): expected an integer of at least 0, got `many`");
}
