//! The entries in one listpack of a stream, as Redis packs them.
//!
//! ```text
//! master entry   entries · deleted ones · number of fields · fields … · 0
//! each entry     flags · milliseconds and number less those of the node's id
//!                · values …                            with the flag "same fields"
//!                · number of fields · field · value …  otherwise
//!                · how many elements the entry has, this one left out
//! ```
//! The node's id is that of its first entry, and the master entry names that entry's fields. An entry that was deleted
//! keeps its place and has a flag.

use ferrite_resp::Args;

use super::StreamId;
use crate::types::listpack::{Iter, Place};
use crate::types::{Element, Listpack};

const DELETED: i64 = 1;
const SAME_FIELDS: i64 = 2;
/// Elements of an entry with the same fields besides its values: flags and id.
const OF_ENTRY: usize = 3;

/// A node with its id.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) id: StreamId,
    pub(super) pack: &'a Listpack,
}

/// What the master entry says.
#[derive(Clone, Copy)]
pub(super) struct Master {
    /// Entries that are not deleted.
    pub(super) entries: u64,
    pub(super) deleted: u64,
    /// How many fields it names, and where the first is.
    fields: usize,
    first_field: Place,
}

/// An entry in a node.
#[derive(Clone, Copy)]
pub(super) struct Record {
    pub(super) id: StreamId,
    flags: i64,
    /// Where it begins: at its flags.
    place: Place,
    /// How many pairs of field and value it has.
    pub(super) pairs: usize,
    /// Where the first field is, or the first value with the same fields as the master entry.
    body: Place,
}

impl Record {
    pub(super) fn is_deleted(&self) -> bool {
        self.flags & DELETED != 0
    }

    fn has_same_fields(&self) -> bool {
        self.flags & SAME_FIELDS != 0
    }

    /// How many elements stand behind its head, the last one left out.
    fn body_len(&self) -> usize {
        self.pairs * if self.has_same_fields() { 1 } else { 2 }
    }
}

/// Fields with values.
#[derive(Clone)]
pub struct Pairs<'a> {
    fields: Option<Iter<'a>>,
    rest: Iter<'a>,
    left: usize,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (Element<'a>, Element<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let field = match &mut self.fields {
            Some(fields) => fields.next()?,
            None => self.rest.next()?,
        };
        Some((field, self.rest.next()?))
    }
}

impl<'a> Node<'a> {
    fn number(&self, place: Place) -> Option<i64> {
        self.pack.get(place).as_integer()
    }

    /// The number of fields there, if so many can be in the node.
    fn pairs_of(&self, place: Place) -> Option<usize> {
        usize::try_from(self.number(place)?).ok().filter(|&pairs| pairs <= self.pack.as_bytes().len())
    }

    fn skip(&self, place: Place, count: usize) -> Option<Place> {
        (0..count).try_fold(place, |place, _| self.pack.next(place))
    }

    pub(super) fn master(&self) -> Option<Master> {
        let entries = self.pack.first()?;
        let deleted = self.pack.next(entries)?;
        let fields = self.pack.next(deleted)?;
        Some(Master {
            entries: u64::try_from(self.number(entries)?).ok()?,
            deleted: u64::try_from(self.number(deleted)?).ok()?,
            fields: self.pairs_of(fields)?,
            first_field: self.pack.next(fields)?,
        })
    }

    /// The entry that begins there.
    fn record(&self, master: &Master, place: Place) -> Option<Record> {
        let ms = self.pack.next(place)?;
        let seq = self.pack.next(ms)?;
        let mut body = self.pack.next(seq)?;
        let flags = self.number(place)?;
        let mut pairs = master.fields;
        if flags & SAME_FIELDS == 0 {
            pairs = self.pairs_of(body)?;
            body = self.pack.next(body)?;
        }
        let id = StreamId {
            ms: self.id.ms.wrapping_add(self.number(ms)? as u64),
            seq: self.id.seq.wrapping_add(self.number(seq)? as u64),
        };
        Some(Record { id, flags, place, pairs, body })
    }

    pub(super) fn first(&self, master: &Master) -> Option<Record> {
        let end = self.skip(master.first_field, master.fields)?;
        self.record(master, self.pack.next(end)?)
    }

    pub(super) fn last(&self, master: &Master) -> Option<Record> {
        self.ending_at(master, self.pack.last()?)
    }

    pub(super) fn next(&self, master: &Master, record: &Record) -> Option<Record> {
        let end = self.skip(record.body, record.body_len())?;
        self.record(master, self.pack.next(end)?)
    }

    pub(super) fn previous(&self, master: &Master, record: &Record) -> Option<Record> {
        self.ending_at(master, self.pack.previous(record.place)?)
    }

    /// The entry whose number of elements stands there; none for the master entry.
    fn ending_at(&self, master: &Master, end: Place) -> Option<Record> {
        let elements = self.number(end).filter(|&elements| elements > 0)?;
        let place = (0..elements).try_fold(end, |place, _| self.pack.previous(place))?;
        self.record(master, place)
    }

    /// The entry with this id that is not deleted, or of those that are the last one: XSETID may have gone back behind
    /// deleted entries, so that only the ids of the others ascend.
    fn find(&self, master: &Master, id: StreamId, is_deleted: bool) -> Option<Record> {
        let (mut found, mut next) = (None, self.first(master));
        while let Some(record) = next {
            if record.id == id && record.is_deleted() == is_deleted {
                found = Some(record);
            }
            if !is_deleted && !record.is_deleted() && record.id >= id {
                break;
            }
            next = self.next(master, &record);
        }
        found
    }

    pub(super) fn pairs(&self, master: &Master, record: &Record) -> Pairs<'a> {
        let fields = record.has_same_fields().then(|| self.pack.iter_from(master.first_field));
        Pairs { fields, rest: self.pack.iter_from(record.body), left: record.pairs }
    }

    /// Whether an entry's fields are those of the master entry.
    fn names(&self, master: &Master, pairs: &Args<'_>) -> bool {
        let mut named = self.pack.iter_from(master.first_field);
        master.fields * 2 == pairs.len()
            && pairs.iter().step_by(2).all(|field| named.next().is_some_and(|own| own.equals(field)))
    }

    /// The id of the first entry that is not deleted.
    pub(super) fn first_living(&self) -> Option<StreamId> {
        let master = self.master()?;
        let mut record = self.first(&master)?;
        while record.is_deleted() {
            record = self.next(&master, &record)?;
        }
        Some(record.id)
    }

    /// How many entries it has that are not deleted, if everything in it is where it must be, so that nothing that is read
    /// here is missing, and if their ids ascend behind `last`, which moves on to the last of them.
    pub(super) fn count_sound(&self, last: &mut Option<StreamId>) -> Option<u64> {
        let master = self.master()?;
        let zero = self.skip(master.first_field, master.fields)?;
        if self.number(zero) != Some(0) || last.is_some_and(|last| last >= self.id) {
            return None;
        }
        let (mut entries, mut deleted, mut place) = (0, 0, self.pack.next(zero));
        while let Some(here) = place {
            let record = self.record(&master, here)?;
            let end = self.skip(record.body, record.body_len())?;
            let elements = OF_ENTRY + record.body_len() + usize::from(!record.has_same_fields());
            let is_next = record.id >= self.id && last.is_none_or(|last| last < record.id);
            if self.number(end) != Some(elements as i64) || !(is_next || record.is_deleted()) {
                return None;
            }
            if record.is_deleted() {
                deleted += 1;
            } else {
                entries += 1;
                *last = Some(record.id);
            }
            place = self.pack.next(end);
        }
        (entries == master.entries && deleted == master.deleted).then_some(entries)
    }
}

/// A node for an entry with these fields and values, without the entry.
pub(super) fn start(pairs: &Args<'_>) -> Listpack {
    let mut pack = Listpack::new();
    pack.push_back(Element::Integer(0));
    pack.push_back(Element::Integer(0));
    pack.push_back(Element::Integer(pairs.len() as i64 / 2));
    pairs.iter().step_by(2).for_each(|field| pack.push_back(Element::compact(field)));
    pack.push_back(Element::Integer(0));
    pack
}

/// Adds an entry.
pub(super) fn append(pack: &mut Listpack, node_id: StreamId, id: StreamId, pairs: &Args<'_>) {
    let node = Node { id: node_id, pack };
    let Some(master) = node.master() else { return };
    let same = node.names(&master, pairs);
    count(pack, |entries, deleted| (entries + 1, deleted));
    pack.push_back(Element::Integer(if same { SAME_FIELDS } else { 0 }));
    pack.push_back(Element::Integer(id.ms.wrapping_sub(node_id.ms) as i64));
    pack.push_back(Element::Integer(id.seq.wrapping_sub(node_id.seq) as i64));
    if same {
        pairs.iter().skip(1).step_by(2).for_each(|value| pack.push_back(Element::compact(value)));
        pack.push_back(Element::Integer((OF_ENTRY + pairs.len() / 2) as i64));
    } else {
        pack.push_back(Element::Integer(pairs.len() as i64 / 2));
        pairs.iter().for_each(|text| pack.push_back(Element::compact(text)));
        pack.push_back(Element::Integer((OF_ENTRY + 1 + pairs.len()) as i64));
    }
}

/// Takes the last entry out, as if it had not been added.
pub(super) fn unappend(pack: &mut Listpack, node_id: StreamId) {
    let node = Node { id: node_id, pack };
    let Some(place) = node.master().and_then(|master| node.last(&master)).map(|record| record.place) else { return };
    pack.remove(place, usize::MAX);
    count(pack, |entries, deleted| (entries - 1, deleted));
}

/// Says that an entry is deleted, or that it is not; false, and nothing done, when it is so or is not there.
pub(super) fn mark(pack: &mut Listpack, node_id: StreamId, id: StreamId, deleted: bool) -> bool {
    let node = Node { id: node_id, pack };
    let found = node.master().and_then(|master| node.find(&master, id, !deleted));
    let Some(record) = found else { return false };
    pack.replace(record.place, Element::Integer(record.flags ^ DELETED));
    count(pack, |entries, others| if deleted { (entries - 1, others + 1) } else { (entries + 1, others - 1) });
    true
}

/// Marks entries as deleted from the first one on, as long as `goes` says so of those that are not; their ids.
pub(super) fn mark_first(
    pack: &mut Listpack,
    node_id: StreamId,
    goes: &mut dyn FnMut(StreamId) -> bool,
) -> Vec<StreamId> {
    let node = Node { id: node_id, pack };
    let mut marked = Vec::new();
    if let Some(master) = node.master() {
        let mut next = node.first(&master);
        while let Some(record) = next.filter(|record| record.is_deleted() || goes(record.id)) {
            if !record.is_deleted() {
                marked.push(record);
            }
            next = node.next(&master, &record);
        }
    }
    // Flags take a byte with or without the mark: no place changes.
    marked.iter().for_each(|record| pack.replace(record.place, Element::Integer(record.flags | DELETED)));
    count(pack, |entries, deleted| (entries - marked.len() as i64, deleted + marked.len() as i64));
    marked.iter().map(|record| record.id).collect()
}

/// Changes how many entries the master entry says there are, and how many deleted ones.
fn count(pack: &mut Listpack, change: impl FnOnce(i64, i64) -> (i64, i64)) {
    let Some(first) = pack.first() else { return };
    let Some(second) = pack.next(first) else { return };
    let (Some(entries), Some(deleted)) = (pack.get(first).as_integer(), pack.get(second).as_integer()) else { return };
    let (entries, deleted_now) = change(entries, deleted);
    if deleted_now != deleted {
        pack.replace(second, Element::Integer(deleted_now));
    }
    pack.replace(first, Element::Integer(entries));
}
