//! Random commands: every command that Ferrite has, mostly right, sometimes wrong.

use std::sync::LazyLock;

use crate::compare::Free;
use crate::pools::{self, Word};
use crate::random::Random;
use crate::rows::{self, Family};
use crate::template::Template;

/// One command on one session.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) session: usize,
    pub(crate) argv: Vec<Word>,
    /// What of its reply is free.
    pub(crate) free: Free,
    /// Whether time passes behind it, so that what it lets live for a millisecond is gone.
    pub(crate) pause: bool,
    /// Its place among commands that belong together, and how many those are.
    pub(crate) place: (usize, usize),
}

/// Those that random commands come from, and one that is never in a transaction.
pub(crate) const SESSIONS: usize = 4;
const CHECKER: usize = SESSIONS - 1;

const ALONE: (usize, usize) = (0, 1);

/// Databases that are compared.
const DATABASES: usize = 2;

/// Random commands between two comparisons of all that is stored.
const BETWEEN_CHECKS: usize = 600;

/// Where arguments come from.
pub(crate) struct Source<'a> {
    pub(crate) random: &'a mut Random,
    /// Keys of the family whose turn it is.
    keys: &'static [&'static [u8]],
    /// The last key.
    pub(crate) same: Word,
    /// The only key, for as long as this is set.
    only: Option<Word>,
}

impl Source<'_> {
    /// A key: mostly of the family's, so that most commands find what they are for.
    pub(crate) fn key(&mut self) -> Word {
        self.same = match &self.only {
            Some(key) => key.clone(),
            None if self.random.one_in(12) => any_key(self.random),
            None => self.random.pick(self.keys).to_vec(),
        };
        self.same.clone()
    }
}

/// Any key but those of HyperLogLogs: of one that others have damaged, Redis reads bytes behind its end.
fn any_key(random: &mut Random) -> Word {
    let families = rows::FAMILIES.iter().filter(|family| family.keys != rows::FRAGILE);
    let keys: Vec<&[u8]> = families.flat_map(|family| family.keys).copied().collect();
    random.pick(&keys).to_vec()
}

static TEMPLATES: LazyLock<Vec<(&Family, Vec<Template>)>> = LazyLock::new(|| {
    rows::FAMILIES.iter().map(|family| (family, family.rows.iter().copied().map(Template::new).collect())).collect()
});

/// A series that starts with empty databases: settings, so many random commands, and now and then a look at everything.
pub(crate) fn round(random: &mut Random, length: usize) -> Vec<Command> {
    let mut commands = settings(random);
    // Some families come more often than others, so that they meet.
    let weights: Vec<usize> =
        rows::FAMILIES.iter().map(|family| family.weight * random.pick(&[&1, &1, &1, &4, &20])).collect();
    let mut session = 0;
    let mut left = BETWEEN_CHECKS;
    let mut source = Source { random, keys: &[], same: Word::new(), only: None };
    for _ in 0..length {
        if source.random.one_in(10) {
            session = source.random.below(CHECKER);
        }
        if source.random.one_in(3000) {
            expire(&mut source, &weights, &mut commands);
        }
        add(&mut source, &weights, session, &mut commands);
        left -= 1;
        if left == 0 {
            left = BETWEEN_CHECKS;
            check(&mut commands);
        }
    }
    check(&mut commands);
    commands
}

fn add(source: &mut Source<'_>, weights: &[usize], session: usize, commands: &mut Vec<Command>) {
    let family = weighted(source.random, weights.iter().copied());
    let (family, templates) = TEMPLATES.get(family).expect("there is a weight for each");
    let template = weighted(source.random, templates.iter().map(|template| template.weight));
    let template = templates.get(template).expect("there is a weight for each");
    source.keys = family.keys;
    let filled = template.fill(source);
    let count = filled.len();
    for (place, (free, argv)) in filled.into_iter().enumerate() {
        let argv = if template.may_be_wrong { disturb(source.random, argv) } else { argv };
        commands.push(Command { session, argv, free, pause: false, place: (place, count) });
    }
}

fn weighted(random: &mut Random, weights: impl Iterator<Item = usize> + Clone) -> usize {
    let mut at = random.below(weights.clone().sum());
    for (index, weight) in weights.enumerate() {
        if at < weight {
            return index;
        }
        at -= weight;
    }
    unreachable!("the weights add up to their sum")
}

/// Once in a while an argument is missing, one too many, another one, or of another case.
fn disturb(random: &mut Random, mut argv: Vec<Word>) -> Vec<Word> {
    match random.below(150) {
        0 if argv.len() > 1 => {
            argv.pop();
        }
        1 => argv.push(pools::garbage(random)),
        2..=4 if argv.len() > 1 => {
            let at = 1 + random.below(argv.len() - 1);
            *argv.get_mut(at).expect("it is below the length") = pools::garbage(random);
        }
        5 if argv.len() > 2 => {
            argv.remove(1 + random.below(argv.len() - 1));
        }
        6..=16 => argv.iter_mut().take(1).for_each(|name| name.make_ascii_lowercase()),
        _ => {}
    }
    argv
}

/// Small limits, so that collections change their form early, or Redis' own.
fn settings(random: &mut Random) -> Vec<Command> {
    let small = random.below(3) > 0;
    let mut commands = Vec::new();
    for (name, usual, others) in rows::SETTINGS {
        let value = if small { random.pick(others) } else { usual };
        commands.push(["CONFIG", "SET", name, value].map(|word| word.as_bytes().to_vec()).to_vec());
    }
    let command = |argv| Command { session: CHECKER, argv, free: Free::Nothing, pause: false, place: ALONE };
    let mut commands: Vec<Command> = commands.into_iter().map(command).collect();
    commands.push(Command {
        session: 2,
        argv: vec![b"HELLO".to_vec(), b"3".to_vec()],
        free: Free::Kind,
        pause: false,
        place: ALONE,
    });
    commands
}

/// A key expires, and then commands find it so.
fn expire(source: &mut Source<'_>, weights: &[usize], commands: &mut Vec<Command>) {
    let key = any_key(source.random);
    let command = |words: &[&[u8]], pause| {
        let argv = words.iter().map(|word| word.to_vec()).collect();
        Command { session: CHECKER, argv, free: Free::Nothing, pause, place: ALONE }
    };
    commands.push(command(&[b"PEXPIRE", &key, b"1"], true));
    source.only = Some(key.clone());
    let mut after = Vec::new();
    for _ in 0..source.random.below(4) {
        add(source, weights, CHECKER, &mut after);
    }
    source.only = None;
    // Whether it still counts until somebody asks for it is free.
    let counts = |name: &Word| name.eq_ignore_ascii_case(b"DBSIZE") || name.eq_ignore_ascii_case(b"MEMORY");
    after.retain(|command| !command.argv.first().is_some_and(counts));
    commands.extend(after);
    // Whatever those were: no transaction stays open, and nothing is left that is counted by one of both only.
    commands.push(command(&[b"RESET"], false));
    commands.push(command(&[b"EXISTS", &key], false));
}

/// Everything that is stored, key by key.
fn check(commands: &mut Vec<Command>) {
    static CHECKS: LazyLock<Vec<Template>> =
        LazyLock::new(|| rows::CHECKS.iter().map(|text| Template::new((1, text))).collect());
    let command = |free, argv| Command { session: CHECKER, argv, free, pause: false, place: ALONE };
    let random = &mut Random::new(0);
    for database in 0..DATABASES {
        commands.push(command(Free::Nothing, vec![b"SELECT".to_vec(), database.to_string().into_bytes()]));
        commands.push(command(Free::Order, vec![b"KEYS".to_vec(), b"*".to_vec()]));
        for key in rows::FAMILIES.iter().flat_map(|family| family.keys).chain(rows::MORE_KEYS) {
            let mut source = Source { random, keys: &[], same: Word::new(), only: Some(key.to_vec()) };
            for (free, argv) in CHECKS.iter().flat_map(|template| template.fill(&mut source)) {
                commands.push(command(free, argv));
            }
        }
    }
    commands.push(command(Free::Nothing, vec![b"SELECT".to_vec(), b"0".to_vec()]));
}
