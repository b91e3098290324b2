//! The tree against a sorted vector.

use super::super::member::Member;
use super::super::order::compare_bytes;
use super::*;
use crate::random::Random;

/// A tree, the owner of its members, and the same as a sorted vector.
struct Pair {
    tree: Tree,
    members: Vec<Member>,
    random: Random,
}

impl Pair {
    fn below(&mut self, bound: usize) -> usize {
        (self.random.next() % bound as u64) as usize
    }

    fn score(&mut self, kind: usize) -> f64 {
        match kind {
            0 => 1.0,
            1 => [-0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, 1e-320, -1.5][self.below(6)],
            2 => self.below(1000) as f64,
            3 => 1.7e12 + self.below(100_000) as f64,
            _ => f64::from_bits(self.random.next() & !(1 << 62)),
        }
    }

    fn member(&mut self, kind: usize) -> Member {
        let number = self.random.next() % 1_000_000_007;
        let name = format!("{}{number}", ["", "a long common beginning:"][self.below(2)]);
        let score = self.score(kind);
        Member::new(name.as_bytes(), score)
    }

    fn position(&self, member: &Member) -> Result<usize, usize> {
        self.members.binary_search_by(|other| {
            let scores = other.score().partial_cmp(&member.score()).expect("scores are numbers");
            scores.then_with(|| compare_bytes(other.bytes(), member.bytes()))
        })
    }

    fn insert(&mut self, kind: usize) {
        let member = self.member(kind);
        if let Err(at) = self.position(&member) {
            self.tree.insert(member.handle());
            self.members.insert(at, member);
        }
    }

    fn remove(&mut self) {
        if self.members.is_empty() {
            return;
        }
        let at = self.below(self.members.len());
        let member = self.members.remove(at);
        self.tree.remove(member.handle());
    }

    fn take(&mut self, most: usize) {
        let first = self.below(self.members.len() + 2);
        let count = self.below(most);
        let mut taken = Vec::new();
        self.tree.take(first, count, &mut |handle| taken.push(handle));
        let start = first.min(self.members.len());
        let end = (first + count).min(self.members.len());
        let expected: Vec<Handle> = self.members.drain(start..end).map(|member| member.handle()).collect();
        assert_eq!(taken, expected);
    }

    fn look(&mut self, kind: usize) {
        let len = self.members.len();
        assert_eq!(self.tree.len(), len);
        let (first, count, backwards) = (self.below(len + 2), self.below(200), self.below(2) == 0);
        let mut seen = Vec::new();
        self.tree.visit(first, count, backwards, &mut |handle| {
            seen.push(handle);
            true
        });
        let all = self.members.iter().map(Member::handle);
        let expected: Vec<Handle> = match backwards {
            false => all.skip(first).take(count).collect(),
            true if first < len => all.take(first + 1).rev().take(count).collect(),
            true => Vec::new(),
        };
        assert_eq!(seen, expected);
        assert_eq!(self.tree.get(first), self.members.get(first).map(Member::handle));

        let probe = self.member(kind);
        let (score, name) = (probe.score(), probe.bytes());
        let count =
            |is_before: &dyn Fn(&Member) -> bool| self.members.iter().filter(|member| is_before(member)).count();
        assert_eq!(self.tree.rank(&Cut::before_score(score)), count(&|member| member.score() < score));
        assert_eq!(self.tree.rank(&Cut::after_score(score)), count(&|member| member.score() <= score));
        let behind = |member: &Member| member.score() > score || member.score() == score && member.bytes() > name;
        assert_eq!(self.tree.rank(&Cut::after(score, name)), count(&|member| !behind(member)));
        if let Some(member) = self.members.get(first) {
            assert_eq!(self.tree.rank(&Cut::before(member.score(), member.bytes())), first);
            assert_eq!(self.tree.rank(&Cut::after(member.score(), member.bytes())), first + 1);
        }
    }
}

#[test]
fn a_tree_agrees_with_a_sorted_vector_under_random_changes() {
    for seed in 0..10 {
        println!("seed {seed}");
        let mut pair = Pair { tree: Tree::new(), members: Vec::new(), random: Random::new(seed) };
        let kind = (seed % 6) as usize;
        for round in 0..30_000 {
            // Grows, stays, shrinks, again and again.
            let grows = round / 5_000 % 3;
            let kind = if kind == 5 { pair.below(5) } else { kind };
            match pair.below(100) {
                0 => {
                    let most = [20, 400][pair.below(2)];
                    pair.take(most);
                }
                1 if round % 50 == 0 => pair.take(10_000),
                2..5 => pair.look(kind),
                chance if chance < [80, 52, 25][grows] => pair.insert(kind),
                _ => pair.remove(),
            }
            if round % 500 == 0 {
                assert_eq!(pair.tree.root.count(), pair.members.len());
                pair.tree.root.check(true);
                let least = pair.members.len() * size_of::<Slot>();
                assert!(pair.tree.allocated() < 3 * least + 10_000, "{} bytes, {least} needed", pair.tree.allocated());
            }
        }
        while !pair.members.is_empty() {
            pair.remove();
        }
        assert_eq!(pair.tree.root.check(true), 1);
    }
}

#[test]
fn a_tree_is_freed_in_slices_that_do_not_look_at_members() {
    let mut pair = Pair { tree: Tree::new(), members: Vec::new(), random: Random::new(7) };
    for _ in 0..20_000 {
        pair.insert(2);
    }
    pair.members.clear();
    let mut slices = 1;
    while !pair.tree.free_some(&mut 10) {
        slices += 1;
    }
    assert!((30..80).contains(&slices), "{slices} slices");
    assert_eq!(pair.tree.root.count(), 0);
}

#[test]
fn ascending_and_descending_members_leave_no_half_empty_leaves() {
    for ascending in [true, false] {
        let mut tree = Tree::new();
        let members: Vec<Member> = (0..50_000).map(|number| Member::new(b"m", f64::from(number))).collect();
        match ascending {
            true => members.iter().for_each(|member| tree.insert(member.handle())),
            false => members.iter().rev().for_each(|member| tree.insert(member.handle())),
        }
        let least = members.len() * size_of::<Slot>();
        assert!(tree.allocated() < least * 6 / 5, "{} bytes, {least} needed", tree.allocated());
    }
}
