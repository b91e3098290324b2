//! Streams: their nodes, their figures, and their groups with what is pending.

use super::{Slice, Steps};
use crate::rdb::output::Output;
use crate::types::Stream;
use crate::types::stream::{Group, StreamId};

pub(super) fn write(stream: &Stream, steps: &mut Steps, slice: Slice, out: &mut Output) -> bool {
    let start = out.bytes.len();
    if steps.begins() {
        out.length(stream.nodes() as u64);
        steps.node = Some(StreamId::MIN);
    }
    if let Some(from) = steps.node {
        for (id, pack) in stream.packs_from(from) {
            if slice.is_full(out, start) {
                steps.node = Some(id);
                return false;
            }
            out.string(&id.to_bytes());
            out.string(pack.as_bytes());
        }
        steps.node = None;
        figures(stream, out);
    }
    for group in stream.groups().skip(steps.at as usize) {
        if slice.is_full(out, start) {
            return false;
        }
        write_group(group, out);
        steps.at += 1;
    }
    true
}

fn id(id: StreamId, out: &mut Output) {
    out.length(id.ms);
    out.length(id.seq);
}

fn figures(stream: &Stream, out: &mut Output) {
    let figures = stream.figures();
    out.length(figures.length);
    id(figures.last_id, out);
    id(figures.first_id, out);
    id(figures.max_deleted_id, out);
    out.length(figures.entries_added);
    out.length(stream.groups().len() as u64);
}

fn write_group(group: &Group, out: &mut Output) {
    out.string(&group.name);
    id(group.last_id, out);
    out.length(group.entries_read.unwrap_or(u64::MAX));
    out.length(group.pending().len() as u64);
    for (id, pending) in group.pending().iter_from(StreamId::MIN) {
        out.bytes.extend(id.to_bytes());
        out.number(pending.delivered_ms);
        out.length(pending.deliveries);
    }
    out.length(group.consumers().len() as u64);
    for consumer in group.consumers() {
        out.string(&consumer.name);
        out.number(consumer.seen_ms);
        out.length(consumer.pending().len() as u64);
        for (id, ()) in consumer.pending().iter_from(StreamId::MIN) {
            out.bytes.extend(id.to_bytes());
        }
    }
}
