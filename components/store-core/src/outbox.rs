//! Bytes for sessions other than the one whose turn produced them: messages, invalidations, replies to those who waited.

use std::collections::BTreeMap;

use ferrite_resp::Writer;

/// The most that may wait for the host in pushes, in bytes. Only one command or transaction can come that far: a turn ends
/// at [`REPLY_BUDGET`](crate::turn::REPLY_BUDGET). Who would get more is disconnected.
pub const OUTBOX_BYTES: usize = 64 << 20;

/// Bytes on their way to sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Who gets them; none of them twice.
    pub sessions: Vec<u64>,
    /// Whole replies and pushes. Empty ones only ask the host to offer the session its held input again.
    pub bytes: Vec<u8>,
}

/// What the host has not fetched yet, oldest first. A turn ends when it has more than
/// [`REPLY_BUDGET`](crate::turn::REPLY_BUDGET) bytes, so that it holds little more than what one command wrote.
#[derive(Debug, Default)]
pub struct Outbox {
    deliveries: Vec<Delivery>,
    bytes: usize,
    /// The session whose turn it is; 0 while it is nobody's.
    pub(crate) turn_of: u64,
    /// What that session gets behind the reply of its command, in its protocol version.
    pub(crate) own: Writer,
}

impl Outbox {
    /// Adds bytes for one session.
    pub fn send(&mut self, session: u64, bytes: &[u8]) {
        self.bytes += bytes.len();
        match self.deliveries.last_mut() {
            Some(last) if last.sessions == [session] => last.bytes.extend_from_slice(bytes),
            _ => self.deliveries.push(Delivery { sessions: vec![session], bytes: bytes.to_vec() }),
        }
    }

    /// Adds the same bytes for several sessions.
    pub fn broadcast(&mut self, sessions: Vec<u64>, bytes: Vec<u8>) {
        if !sessions.is_empty() {
            self.bytes += bytes.len();
            self.deliveries.push(Delivery { sessions, bytes });
        }
    }

    /// The session that more than half of all bytes are for.
    pub(crate) fn greediest(&self) -> Option<u64> {
        let mut bytes = BTreeMap::new();
        for delivery in &self.deliveries {
            for &session in &delivery.sessions {
                *bytes.entry(session).or_insert(0) += delivery.bytes.len();
            }
        }
        bytes.into_iter().find(|(_, bytes)| *bytes > OUTBOX_BYTES / 2).map(|(session, _)| session)
    }

    /// A session gets nothing of what waits.
    pub(crate) fn drop_for(&mut self, session: u64) {
        self.deliveries.retain_mut(|delivery| {
            delivery.sessions.retain(|&other| other != session);
            !delivery.sessions.is_empty()
        });
        self.bytes = self.deliveries.iter().map(|delivery| delivery.bytes.len()).sum();
    }

    /// Whether there is nothing to fetch.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.deliveries.is_empty()
    }

    /// How many bytes wait to be fetched.
    #[inline]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Everything, oldest first.
    pub fn take(&mut self) -> Vec<Delivery> {
        self.bytes = 0;
        std::mem::take(&mut self.deliveries)
    }
}

#[cfg(test)]
mod tests {
    use super::{Delivery, Outbox};

    #[test]
    fn what_one_session_gets_in_a_row_is_one_delivery_and_order_is_kept() {
        let mut outbox = Outbox::default();
        outbox.send(1, b"a");
        outbox.send(1, b"b");
        outbox.broadcast(vec![1, 2], b"c".to_vec());
        outbox.send(1, b"d");
        assert_eq!(outbox.bytes(), 4);
        let delivery = |sessions: &[u64], bytes: &[u8]| Delivery { sessions: sessions.into(), bytes: bytes.into() };
        assert_eq!(outbox.take(), [delivery(&[1], b"ab"), delivery(&[1, 2], b"c"), delivery(&[1], b"d")]);
        assert!(outbox.is_empty() && outbox.bytes() == 0);
    }
}
