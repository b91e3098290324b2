//! Sets: different members in no order. One of integers alone is an array of them until it has too many.

mod algebra;
mod kind;

#[cfg(test)]
mod tests;

pub use algebra::{Operation, build, visit};
pub use kind::Inverse;

use super::Element;
use super::intset::IntSet;
use crate::keyspace::Log;
use crate::keyspace::limits::Limits;
use crate::random::Random;
use crate::table::{Item, Keyed, Table};

/// A set.
#[derive(Default)]
pub struct Set(Form);

enum Form {
    Integers(IntSet),
    Table(Box<Table<Item>>),
}

impl Default for Form {
    fn default() -> Form {
        Form::Integers(IntSet::new())
    }
}

/// Redis' own limit of integers in an array, whatever the setting says.
const MOST_INTEGERS: usize = 1 << 30;

impl Set {
    /// How many members there are.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Integers(integers) => integers.len(),
            Form::Table(table) => table.len(),
        }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its integers in Redis' format, when it has nothing else and not too many.
    pub fn integers(&self) -> Option<&IntSet> {
        match &self.0 {
            Form::Integers(integers) => Some(integers),
            Form::Table(_) => None,
        }
    }

    /// A set of these integers, in the form that holds so many.
    pub fn of_integers(integers: IntSet, limits: &Limits) -> Set {
        let mut set = Set(Form::Integers(integers));
        if set.len() > limits.set_integers.min(MOST_INTEGERS) {
            set.spread(limits);
        }
        set
    }

    /// Whether it has this member.
    #[inline]
    pub fn contains(&self, member: &[u8]) -> bool {
        match &self.0 {
            Form::Integers(integers) => Element::compact(member).is_integer_in(integers),
            Form::Table(table) => table.find(table.hash(member), member).is_some(),
        }
    }

    /// As [`Set::contains`], for a member of another set.
    #[inline]
    pub fn contains_element(&self, member: Element<'_>) -> bool {
        match (&self.0, member) {
            (Form::Integers(integers), member) => member.is_integer_in(integers),
            (Form::Table(_), member) => self.contains(&member.text()),
        }
    }

    /// Adds a member; false when it was there already.
    #[inline]
    pub fn add(&mut self, member: &[u8], log: &mut Log<'_, Inverse>) -> bool {
        let Form::Table(table) = &mut self.0 else { return self.add_to_integers(member, log) };
        let is_new = insert(table, member);
        if is_new {
            log.changed(|| Inverse::Remove(member.into()));
        }
        is_new
    }

    #[inline(never)]
    fn add_to_integers(&mut self, member: &[u8], log: &mut Log<'_, Inverse>) -> bool {
        if let Some(old) = self.make_room(member, log.limits) {
            log.record(|| Inverse::Restore(old));
            return self.add(member, log);
        }
        let is_new = self.insert(member);
        if is_new && let Element::Integer(number) = Element::compact(member) {
            log.changed(|| Inverse::RemoveInteger(number));
        }
        is_new
    }

    /// Adds a member to a set that is not yet a key's value; false when it was there already.
    pub fn build(&mut self, member: Element<'_>, limits: &Limits) -> bool {
        let member = &member.text();
        self.make_room(member, limits);
        self.insert(member)
    }

    /// Gives an empty set the form that it would have with all members of another.
    pub(super) fn prepare_for_all_of(&mut self, other: Option<&Set>, limits: &Limits) {
        let Some(other) = other else { return };
        let mut fits = other.len() <= limits.set_integers.min(MOST_INTEGERS);
        if fits && other.integers().is_none() {
            other.each(&mut |member| {
                fits = matches!(Element::compact(&member.text()), Element::Integer(_));
                fits
            });
        }
        if !fits {
            self.spread(limits);
        }
    }

    /// Gives the set another form if it cannot take this member in; what it was before.
    fn make_room(&mut self, member: &[u8], limits: &Limits) -> Option<Set> {
        let Form::Integers(integers) = &self.0 else { return None };
        if let Element::Integer(number) = Element::compact(member)
            && (integers.len() < limits.set_integers.min(MOST_INTEGERS) || integers.contains(number))
        {
            return None;
        }
        Some(self.spread(limits))
    }

    /// Adds a member that room was made for; false when it was there already.
    fn insert(&mut self, member: &[u8]) -> bool {
        match (&mut self.0, Element::compact(member)) {
            (Form::Integers(integers), Element::Integer(number)) => integers.insert(number),
            // What is no integer finds a table.
            (Form::Integers(_), Element::Bytes(_)) => false,
            (Form::Table(table), _) => insert(table, member),
        }
    }

    /// Makes a table of the array; the array.
    #[cold]
    fn spread(&mut self, limits: &Limits) -> Set {
        let mut table = Box::new(Table::new(limits.seed));
        self.each(&mut |member| {
            let member = &member.text();
            table.insert(table.hash(member), Item::new(member, &[], None));
            true
        });
        Set(std::mem::replace(&mut self.0, Form::Table(table)))
    }

    /// Removes a member; false when it was not there.
    #[inline]
    pub fn remove(&mut self, member: &[u8], log: &mut Log<'_, Inverse>) -> bool {
        match &mut self.0 {
            Form::Integers(integers) => match Element::compact(member) {
                Element::Integer(number) if integers.remove(number) => log.changed(|| Inverse::AddInteger(number)),
                _ => return false,
            },
            Form::Table(table) => {
                let hash = table.hash(member);
                let Some(at) = table.find(hash, member) else { return false };
                let item = table.remove(hash, at);
                log.changed(|| Inverse::Add(item));
            }
        }
        true
    }

    /// Removes a member chosen by chance, if `show` says true to it.
    pub fn pop(&mut self, random: &mut Random, log: &mut Log<'_, Inverse>, show: &mut dyn FnMut(Element<'_>) -> bool) {
        match &mut self.0 {
            Form::Integers(integers) => {
                let Some(number) = random_integer(integers, random) else { return };
                if show(Element::Integer(number)) {
                    integers.remove(number);
                    log.changed(|| Inverse::AddInteger(number));
                }
            }
            Form::Table(table) => {
                let Some(at) = table.random_position(random) else { return };
                let member = table.entry(at).key();
                if show(Element::Bytes(member)) {
                    let item = table.take(at);
                    log.changed(|| Inverse::Add(item));
                }
            }
        }
    }

    /// Gives the few members that are left of a table the form of a new set, which may be an array again. It takes as
    /// long as there are members.
    pub fn rebuild(&mut self, log: &mut Log<'_, Inverse>) {
        let Form::Table(table) = &self.0 else { return };
        let integers = table.entries().map(|item| match Element::compact(item.key()) {
            Element::Integer(number) => Some(number),
            Element::Bytes(_) => None,
        });
        let Some(integers) = integers.collect::<Option<Vec<i64>>>() else { return };
        if integers.len() > log.limits.set_integers.min(MOST_INTEGERS) {
            return;
        }
        let mut set = IntSet::new();
        for number in integers {
            set.insert(number);
        }
        let old = std::mem::replace(&mut self.0, Form::Integers(set));
        log.record(|| Inverse::Restore(Set(old)));
    }

    /// Visits the members, as long as `visit` says true: integers ascending, others in no order.
    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(Element<'a>) -> bool) {
        match &self.0 {
            Form::Integers(integers) => drop(integers.iter().all(|number| visit(Element::Integer(number)))),
            Form::Table(table) => drop(table.entries().all(|item| visit(Element::Bytes(item.key())))),
        }
    }

    /// A page of members, see [`Table::scan`]; all at once when they are an array.
    pub fn scan(&self, cursor: u64, count: usize, visit: &mut dyn FnMut(Element<'_>)) -> u64 {
        match &self.0 {
            Form::Integers(integers) => {
                integers.iter().for_each(|number| visit(Element::Integer(number)));
                0
            }
            Form::Table(table) => table.scan(cursor, count, &mut |item| visit(Element::Bytes(item.key()))),
        }
    }

    /// A member chosen by chance.
    pub fn random(&self, random: &mut Random) -> Option<Element<'_>> {
        match &self.0 {
            Form::Integers(integers) => random_integer(integers, random).map(Element::Integer),
            Form::Table(table) => table.random(random).map(|item| Element::Bytes(item.key())),
        }
    }

    /// Visits `count` different members chosen by chance, all of them when there are not more.
    pub fn sample(&self, count: usize, random: &mut Random, visit: &mut dyn FnMut(Element<'_>)) {
        match &self.0 {
            Form::Integers(integers) => {
                let (mut left, mut missing) = (integers.len() as u64, count.min(integers.len()) as u64);
                for number in integers.iter() {
                    if random.next() % left < missing {
                        missing -= 1;
                        visit(Element::Integer(number));
                    }
                    left -= 1;
                }
            }
            Form::Table(table) => table.sample(count, random, &mut |item| visit(Element::Bytes(item.key()))),
        }
    }
}

/// Adds a member to a table; false when it was there already.
#[inline]
fn insert(table: &mut Table<Item>, member: &[u8]) -> bool {
    let hash = table.hash(member);
    let is_new = table.find(hash, member).is_none();
    if is_new {
        table.insert(hash, Item::new(member, &[], None));
    }
    is_new
}

impl Element<'_> {
    fn is_integer_in(self, integers: &IntSet) -> bool {
        self.as_integer().is_some_and(|number| integers.contains(number))
    }
}

fn random_integer(integers: &IntSet, random: &mut Random) -> Option<i64> {
    let len = integers.len() as u64;
    integers.get(random.next().checked_rem(len)? as usize)
}
