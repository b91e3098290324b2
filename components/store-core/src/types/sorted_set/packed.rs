//! A small sorted set: members and scores in turn in a listpack, in order, as Redis keeps and dumps them.

use ferrite_resp::number::{self, DoubleText};

use super::order::{Cut, compare_bytes};
use super::ranges::LexRange;
use crate::sorting;
use crate::types::listpack::Place;
use crate::types::{Element, Listpack};

/// Members with their scores.
#[derive(Clone, Default)]
pub(super) struct Packed(Listpack);

impl Packed {
    /// A listpack from outside, unless it is no sorted set: pairs in order, no two members equal.
    pub(super) fn from_listpack(pack: Listpack) -> Option<Packed> {
        let packed = Packed(pack);
        if packed.0.is_empty() || !packed.0.len().is_multiple_of(2) {
            return None;
        }
        let mut names = Vec::with_capacity(packed.len());
        let mut last: Option<(Element<'_>, f64)> = None;
        let mut elements = packed.0.iter();
        while let (Some(member), Some(score)) = (elements.next(), elements.next()) {
            let score = read_score(score)?;
            if let Some((last, last_score)) = last
                && !Cut::before(score, &member.text()).is_behind(last_score, &last.text())
            {
                return None;
            }
            names.push(member.text());
            last = Some((member, score));
        }
        sorting::sort_by(&mut names, |one, other| compare_bytes(one, other));
        names.is_sorted_by(|one, next| **one != **next).then_some(())?;
        drop(names);
        Some(packed)
    }

    pub(super) fn listpack(&self) -> &Listpack {
        &self.0
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.0.len() / 2
    }

    /// Where a member is, and its score.
    #[inline]
    pub(super) fn find(&self, member: &[u8]) -> Option<(Place, f64)> {
        let place = self.0.find(self.0.first(), member, 1)?;
        Some((place, self.score_behind(place)))
    }

    fn score_behind(&self, member: Place) -> f64 {
        let score = self.0.next(member).and_then(|place| read_score(self.0.get(place)));
        score.unwrap_or_default()
    }

    /// Members with their scores, from either end.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (Element<'_>, f64)> {
        Pairs(self.0.iter())
    }

    /// Members with their scores as they stand there.
    pub(super) fn texts(&self) -> impl Iterator<Item = (Element<'_>, Element<'_>)> {
        let mut elements = self.0.iter();
        std::iter::from_fn(move || Some((elements.next()?, elements.next()?)))
    }

    /// How many members are in front of the cut, and the place of the first that is not.
    fn search(&self, cut: &Cut<'_>) -> (usize, Option<Place>) {
        let (mut rank, mut at) = (0, self.0.first());
        while let Some(place) = at {
            if !cut.is_behind(self.score_behind(place), &self.0.get(place).text()) {
                break;
            }
            rank += 1;
            at = self.0.next(place).and_then(|score| self.0.next(score));
        }
        (rank, at)
    }

    pub(super) fn rank(&self, cut: &Cut<'_>) -> usize {
        self.search(cut).0
    }

    /// Adds a member that is not in it.
    pub(super) fn insert(&mut self, member: &[u8], score: f64) {
        let (_, at) = self.search(&Cut::before(score, member));
        let place = self.0.insert(at, Element::compact(member));
        let behind = self.0.next(place);
        self.0.insert(behind, ScoreText::new(score).element());
    }

    /// Adds a member that comes behind all others.
    pub(super) fn push(&mut self, member: &[u8], score: f64) {
        self.0.push_back(Element::compact(member));
        self.0.push_back(ScoreText::new(score).element());
    }

    pub(super) fn remove(&mut self, member: Place) {
        self.0.remove(member, 2);
    }

    /// Takes out the members of `count` ranks from `first` on, having shown them.
    pub(super) fn take(&mut self, first: usize, count: usize, show: &mut dyn FnMut(&[u8], f64)) {
        let Some(place) = self.0.seek(2 * first as i64) else { return };
        for (member, score) in self.iter().skip(first).take(count) {
            show(&member.text(), score);
        }
        self.0.remove(place, 2 * count);
    }

    /// The ranks of the members in the range. Where scores differ the answer means nothing, but it is that of Redis.
    pub(super) fn ranks_by_lex(&self, range: &LexRange<'_>) -> (usize, usize) {
        let (Some((first, _)), Some((last, _))) = (self.iter().next(), self.iter().next_back()) else { return (0, 0) };
        if range.is_before(&first.text()) || range.is_behind(&last.text()) {
            return (0, 0);
        }
        let start = self.iter().take_while(|(member, _)| range.is_behind(&member.text())).count();
        let inside = self.iter().skip(start).take_while(|(member, _)| !range.is_before(&member.text())).count();
        (start, start + inside)
    }
}

/// Two elements at a time.
struct Pairs<'a>(crate::types::listpack::Iter<'a>);

impl<'a> Iterator for Pairs<'a> {
    type Item = (Element<'a>, f64);

    #[inline]
    fn next(&mut self) -> Option<(Element<'a>, f64)> {
        let member = self.0.next()?;
        Some((member, read_score(self.0.next()?).unwrap_or_default()))
    }
}

impl DoubleEndedIterator for Pairs<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let score = self.0.next_back()?;
        Some((self.0.next_back()?, read_score(score).unwrap_or_default()))
    }
}

#[inline]
fn read_score(score: Element<'_>) -> Option<f64> {
    match score {
        Element::Integer(number) => Some(number as f64),
        Element::Bytes(text) => number::parse_f64(text),
    }
}

/// A score as it stands in a listpack: whole numbers as integers, which has no negative zero, others in 17 digits.
enum ScoreText {
    Whole(i64),
    Digits(DoubleText),
}

impl ScoreText {
    fn new(score: f64) -> ScoreText {
        /// Redis' own bound of what it takes for an integer: 2 to the 62nd.
        const GREATEST: f64 = 4_611_686_018_427_387_904.0;
        if score.abs() <= GREATEST && score == score.trunc() {
            ScoreText::Whole(score as i64)
        } else {
            ScoreText::Digits(number::format_f64(score))
        }
    }

    fn element(&self) -> Element<'_> {
        match self {
            ScoreText::Whole(number) => Element::Integer(*number),
            ScoreText::Digits(text) => Element::compact(text.as_bytes()),
        }
    }
}
