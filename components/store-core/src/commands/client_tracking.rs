//! CLIENT TRACKING, CACHING, GETREDIR and TRACKINGINFO: caches of clients, and how they learn what is no longer so.
//! <https://redis.io/docs/latest/commands/client-tracking/>

use crate::context::Context;
use crate::error::Error;
use crate::invalidation::ClientTracking;

pub(super) fn tracking(cx: &mut Context<'_>) -> Result<(), Error> {
    let (mut wanted, mut prefixes) = (ClientTracking::default(), Vec::new());
    let mut at = 3;
    while at < cx.args.len() {
        let has_value = at + 1 < cx.args.len();
        if cx.is(at, "REDIRECT") && has_value {
            at += 1;
            if wanted.redirect != 0 {
                return Err(Error::fixed("ERR A client can only redirect to a single other client"));
            }
            let id = u64::try_from(cx.integer(at)?).ok();
            let exists = |id: &u64| cx.store.sessions.contains_key(id);
            const NOBODY: Error = Error::fixed("ERR The client ID you want redirect to does not exist");
            wanted.redirect = id.filter(exists).ok_or(NOBODY)?;
        } else if cx.is(at, "BCAST") {
            wanted.broadcasts = true;
        } else if cx.is(at, "OPTIN") {
            wanted.opt_in = true;
        } else if cx.is(at, "OPTOUT") {
            wanted.opt_out = true;
        } else if cx.is(at, "NOLOOP") {
            wanted.no_loop = true;
        } else if cx.is(at, "PREFIX") && has_value {
            at += 1;
            prefixes.push(cx.arg(at));
        } else {
            return Err(Error::Syntax);
        }
        at += 1;
    }
    if cx.is(2, "OFF") {
        cx.store.stop_tracking(cx.session);
        return cx.ok();
    }
    if !cx.is(2, "ON") {
        return Err(Error::Syntax);
    }
    check(&wanted, &prefixes, cx.session.tracking.as_deref())?;
    start(cx, wanted, &prefixes)?;
    cx.ok()
}

/// Whether the options fit each other, and what holds already.
fn check(wanted: &ClientTracking, prefixes: &[&[u8]], now: Option<&ClientTracking>) -> Result<(), Error> {
    const MODE: Error = Error::fixed(
        "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with \
         a different mode.",
    );
    const CHOICE: Error = Error::fixed(
        "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with \
         a different mode.",
    );
    if !wanted.broadcasts && !prefixes.is_empty() {
        return Err(Error::fixed("ERR PREFIX option requires BCAST mode to be enabled"));
    }
    if now.is_some_and(|now| now.broadcasts != wanted.broadcasts) {
        return Err(MODE);
    }
    if wanted.broadcasts && (wanted.opt_in || wanted.opt_out) {
        return Err(Error::fixed("ERR OPTIN and OPTOUT are not compatible with BCAST"));
    }
    if wanted.opt_in && wanted.opt_out {
        return Err(Error::fixed("ERR You can't specify both OPTIN mode and OPTOUT mode"));
    }
    if now.is_some_and(|now| wanted.opt_in && now.opt_out || wanted.opt_out && now.opt_in) {
        return Err(CHOICE);
    }
    let existing: Vec<&[u8]> = now.iter().flat_map(|now| &now.prefixes).map(|prefix| &**prefix).collect();
    check_prefixes(prefixes, &existing)
}

/// No key may begin with two prefixes of a session: it would be told twice.
fn check_prefixes(prefixes: &[&[u8]], existing: &[&[u8]]) -> Result<(), Error> {
    let overlap = |one: &[u8], other: &[u8]| one.starts_with(other) || other.starts_with(one);
    let refusal = |one: &[u8], kind: &str, other: &[u8]| {
        let behind = [
            b"' overlaps with ".as_slice(),
            kind.as_bytes(),
            b" prefix '",
            other,
            b"'. Prefixes for a single client must not overlap.",
        ];
        Error::Quoting([b"ERR Prefix '", one].into_iter().chain(behind).collect::<Vec<_>>().concat())
    };
    // In their order, one that overlaps with any overlaps with its neighbour.
    let mut all: Vec<&[u8]> = prefixes.iter().chain(existing).copied().collect();
    all.sort_unstable();
    let mut pairs = all.windows(2);
    if !pairs.any(|pair| matches!(pair, [one, other] if overlap(one, other))) {
        return Ok(());
    }
    for (index, one) in prefixes.iter().enumerate() {
        if let Some(other) = existing.iter().find(|other| overlap(one, other)) {
            return Err(refusal(one, "an existing", other));
        }
        if let Some(other) = prefixes.iter().skip(index + 1).find(|other| overlap(one, other)) {
            return Err(refusal(one, "another provided", other));
        }
        // Whoever names so many gets a shorter answer.
        if index > 1000 {
            break;
        }
    }
    Err(Error::Syntax)
}

fn start(cx: &mut Context<'_>, mut wanted: ClientTracking, prefixes: &[&[u8]]) -> Result<(), Error> {
    if crate::memory::is_scarce() {
        return Err(Error::OutOfMemory);
    }
    let id = cx.session.id;
    match cx.session.tracking.take() {
        Some(old) => wanted.prefixes = old.prefixes,
        None => cx.store.keyspace.tracked.join(),
    }
    let every_key: &[&[u8]] = if wanted.broadcasts && prefixes.is_empty() { &[b""] } else { &[] };
    for &prefix in prefixes.iter().chain(every_key) {
        cx.store.keyspace.tracked.add_prefix(id, prefix);
        wanted.prefixes.push(prefix.into());
    }
    wanted.prefixes.sort_unstable();
    wanted.prefixes.dedup();
    cx.session.tracking = Some(Box::new(wanted));
    Ok(())
}

pub(super) fn caching(cx: &mut Context<'_>) -> Result<(), Error> {
    const NOT_CHOSEN: Error = Error::fixed(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
    );
    const NOT_IN: Error = Error::fixed("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
    const NOT_OUT: Error = Error::fixed("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
    let (yes, no) = (cx.is(2, "YES"), cx.is(2, "NO"));
    let tracking = cx.session.tracking.as_mut().ok_or(NOT_CHOSEN)?;
    match () {
        () if yes && !tracking.opt_in => return Err(NOT_IN),
        () if no && !tracking.opt_out => return Err(NOT_OUT),
        () if !yes && !no => return Err(Error::Syntax),
        () => tracking.caching = true,
    }
    cx.ok()
}

pub(super) fn getredir(cx: &mut Context<'_>) -> Result<(), Error> {
    let redirect = redirection(cx.session.tracking.as_deref());
    cx.reply_integer(redirect)
}

/// The session that gets the invalidations, 0 for the one that tracks, -1 when it does not.
pub(super) fn redirection(tracking: Option<&ClientTracking>) -> i64 {
    tracking.map_or(-1, |tracking| tracking.redirect as i64)
}

pub(super) fn trackinginfo(cx: &mut Context<'_>) -> Result<(), Error> {
    let tracking = cx.session.tracking.as_deref();
    let off = ClientTracking::default();
    let chosen = tracking.unwrap_or(&off);
    let flags = [
        (tracking.is_none(), "off"),
        (tracking.is_some(), "on"),
        (chosen.broadcasts, "bcast"),
        (chosen.opt_in, "optin"),
        (chosen.opt_in && chosen.caching, "caching-yes"),
        (chosen.opt_out, "optout"),
        (chosen.opt_out && chosen.caching, "caching-no"),
        (chosen.no_loop, "noloop"),
        (chosen.is_broken, "broken_redirect"),
    ];
    let flags: Vec<&str> = flags.into_iter().filter(|(holds, _)| *holds).map(|(_, name)| name).collect();
    let out = &mut *cx.out;
    out.map(3);
    out.bulk(b"flags");
    out.set(flags.len());
    flags.iter().for_each(|flag| out.bulk(flag.as_bytes()));
    out.bulk(b"redirect");
    out.integer(redirection(tracking));
    out.bulk(b"prefixes");
    out.array(chosen.prefixes.len());
    chosen.prefixes.iter().for_each(|prefix| out.bulk(prefix));
    Ok(())
}
