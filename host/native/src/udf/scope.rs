//! Which keys a call may touch when not all are open to it: what LOAD granted, what the call declared, and what its caller
//! could touch.

use std::sync::Arc;

use super::grants::Grants;

/// What is done to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Access {
    fn verb(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
        }
    }
}

/// The bounds of a call. A call that may touch any key has none, and pays one comparison for that.
#[derive(Debug)]
pub(crate) struct Scope {
    function: Arc<str>,
    grants: Arc<Grants>,
    /// The KEYS of the call, when nothing else may be touched.
    declared: Option<Vec<Box<[u8]>>>,
    /// What the function that called this one may touch: no more is open to an inner call.
    outer: Option<Arc<Scope>>,
}

impl Scope {
    /// The scope of a call, if it needs one. `keys` are those that the call declared.
    #[inline]
    pub(crate) fn of(
        function: &Arc<str>,
        grants: &Arc<Grants>,
        outer: Option<Arc<Scope>>,
        keys: impl FnOnce() -> Vec<Box<[u8]>>,
    ) -> Option<Arc<Scope>> {
        if !grants.is_narrow() {
            return outer;
        }
        let declared = grants.strict_keys.then(keys);
        Some(Arc::new(Scope { function: Arc::clone(function), grants: Arc::clone(grants), declared, outer }))
    }

    /// Why the key may not be touched; none when it may.
    pub(crate) fn refusal(&self, access: Access, key: &[u8]) -> Option<String> {
        let (function, verb) = (&self.function, access.verb());
        let shown = || shown(key);
        if !self.grants.allows(access, key) {
            return Some(format!(
                "function '{function}' may not {verb} the key '{}': it was granted {}",
                shown(),
                self.grants
            ));
        }
        if self.declared.as_ref().is_some_and(|declared| !declared.iter().any(|one| **one == *key)) {
            return Some(format!(
                "function '{function}' may not {verb} the key '{}': the call did not declare it in KEYS, and the \
                 function runs with STRICT_KEYS",
                shown()
            ));
        }
        self.outer.as_ref().and_then(|outer| outer.refusal(access, key))
    }

    /// Why a command may not run that may touch any key; none when it may.
    pub(crate) fn refusal_of_all(&self, access: Access, command: &str) -> Option<String> {
        let (function, verb) = (&self.function, access.verb());
        if self.declared.is_some() {
            return Some(format!("'{command}' may {verb} any key, and function '{function}' runs with STRICT_KEYS"));
        }
        if !self.grants.allows_all(access) {
            return Some(format!(
                "'{command}' may {verb} any key, and function '{function}' was granted {}",
                self.grants
            ));
        }
        self.outer.as_ref().and_then(|outer| outer.refusal_of_all(access, command))
    }
}

/// Bytes of a key that an error shows.
const SHOWN: usize = 64;

fn shown(key: &[u8]) -> String {
    let cut = key.get(..SHOWN).unwrap_or(key).escape_ascii();
    if key.len() > SHOWN { format!("{cut}…") } else { cut.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(words: &str, declared: &[&str], outer: Option<Arc<Scope>>) -> Option<Arc<Scope>> {
        let mut grants = Grants::default();
        for word in words.split(' ') {
            match word {
                "STRICT_KEYS" => grants.strict_keys = true,
                _ => grants.grant(word.as_bytes()).expect("a permission").expect("a valid one"),
            }
        }
        Scope::of(&Arc::from("f"), &Arc::new(grants), outer, || {
            declared.iter().map(|key| key.as_bytes().into()).collect()
        })
    }

    fn allows(scope: &Option<Arc<Scope>>, access: Access, key: &str) -> bool {
        scope.as_ref().is_none_or(|scope| scope.refusal(access, key.as_bytes()).is_none())
    }

    #[test]
    fn what_is_not_narrowed_needs_no_scope() {
        assert!(scope("READ WRITE", &[], None).is_none());
        assert!(scope("WRITE READ=a*", &[], None).is_none(), "WRITE includes READ");
    }

    #[test]
    fn reading_and_writing_are_narrowed_apart() {
        let scope = scope("READ=user:* READ=group:* WRITE=cache:*", &[], None);
        for (access, key, allowed) in [
            (Access::Read, "user:1", true),
            (Access::Read, "group:1", true),
            (Access::Read, "cache:1", true),
            (Access::Read, "other", false),
            (Access::Write, "cache:1", true),
            (Access::Write, "user:1", false),
        ] {
            assert_eq!(allows(&scope, access, key), allowed, "{access:?} {key}");
        }
        let refusal = scope.expect("narrow").refusal(Access::Write, b"user:1").expect("refused");
        for part in ["'f'", "'user:1'", "WRITE=cache:*"] {
            assert!(refusal.contains(part), "{refusal}");
        }
    }

    #[test]
    fn strict_keys_leave_the_declared_ones() {
        let scope = scope("WRITE STRICT_KEYS", &["a"], None);
        assert!(allows(&scope, Access::Write, "a") && !allows(&scope, Access::Read, "b"));
        assert!(scope.expect("strict").refusal_of_all(Access::Read, "KEYS").is_some());
    }

    #[test]
    fn an_inner_call_is_bounded_by_its_caller_too() {
        let outer = scope("READ WRITE=a*", &[], None);
        let inner = scope("WRITE=*b", &[], outer.clone());
        assert!(allows(&inner, Access::Write, "ab"));
        assert!(!allows(&inner, Access::Write, "b") && !allows(&inner, Access::Write, "a"));
        let open = scope("WRITE", &[], outer);
        assert!(allows(&open, Access::Read, "b") && !allows(&open, Access::Write, "b"));
    }
}
