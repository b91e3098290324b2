//! Bit by bit operations on whole strings.

/// What to make of the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Set where they are in all strings.
    And,
    /// Set where they are in any string.
    Or,
    /// Set where they are in an odd number of strings.
    Xor,
    /// Set where they are not in the only string.
    Not,
}

impl Operation {
    /// By its name, in any case.
    pub fn parse(name: &[u8]) -> Option<Operation> {
        const NAMES: [(&str, Operation); 4] =
            [("and", Operation::And), ("or", Operation::Or), ("xor", Operation::Xor), ("not", Operation::Not)];
        let is = |(known, _): &&(&str, Operation)| known.as_bytes().eq_ignore_ascii_case(name);
        NAMES.iter().find(is).map(|(_, operation)| *operation)
    }
}

/// Takes one more string into what has become of those before it, none before the first. Strings count as if they went on
/// with zeros.
pub fn combine(operation: Operation, result: &mut Option<Vec<u8>>, bytes: &[u8]) {
    let Some(result) = result else {
        let mut first = bytes.to_vec();
        if operation == Operation::Not {
            first.iter_mut().for_each(|byte| *byte = !*byte);
        }
        *result = Some(first);
        return;
    };
    if result.len() < bytes.len() {
        result.resize(bytes.len(), 0);
    }
    match operation {
        Operation::And => {
            each_word(result, bytes, |one, other| one & other);
            result.get_mut(bytes.len()..).unwrap_or_default().fill(0);
        }
        Operation::Or => each_word(result, bytes, |one, other| one | other),
        Operation::Xor | Operation::Not => each_word(result, bytes, |one, other| one ^ other),
    }
}

fn each_word(result: &mut [u8], bytes: &[u8], operation: impl Fn(u64, u64) -> u64) {
    let ((words, rest), (others, other_rest)) = (result.as_chunks_mut::<8>(), bytes.as_chunks::<8>());
    for (word, other) in words.iter_mut().zip(others) {
        *word = operation(u64::from_ne_bytes(*word), u64::from_ne_bytes(*other)).to_ne_bytes();
    }
    // The shorter string may end within a word of the longer one.
    let tail = words.get_mut(others.len()..).unwrap_or_default().as_flattened_mut().iter_mut().chain(rest);
    for (byte, other) in tail.zip(other_rest) {
        *byte = operation(u64::from(*byte), u64::from(*other)) as u8;
    }
}
