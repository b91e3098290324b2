//! File descriptors: as many as `maxclients` needs, or fewer clients.

/// Raises the process' limit of open files so that `maxclients` and the `reserved` fit; returns how many clients do.
pub(super) fn make_room(maxclients: u32, reserved: u64) -> u32 {
    let wanted = u64::from(maxclients) + reserved;
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a struct of the right type that outlives the call.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return maxclients;
    }
    if limit.rlim_cur >= wanted {
        return maxclients;
    }
    let (present, most) = (limit.rlim_cur, limit.rlim_max);
    // A privileged process may go past the hard limit; everybody else up to it.
    for (soft, hard) in [(wanted, most.max(wanted)), (most.min(wanted), most)] {
        let raised = libc::rlimit { rlim_cur: soft, rlim_max: hard };
        // SAFETY: as above; the kernel only reads it.
        if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) } == 0 {
            return clients_within(soft, maxclients, reserved);
        }
    }
    clients_within(present, maxclients, reserved)
}

fn clients_within(files: u64, maxclients: u32, reserved: u64) -> u32 {
    let clients = files.saturating_sub(reserved).max(1);
    u32::try_from(clients).map_or(maxclients, |clients| clients.min(maxclients))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_files_mean_fewer_clients_and_never_none() {
        assert_eq!(clients_within(10_064, 10_000, 64), 10_000);
        assert_eq!(clients_within(1024, 10_000, 64), 960);
        assert_eq!(clients_within(1, 10_000, 64), 1);
    }
}
