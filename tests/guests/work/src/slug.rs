//! A title as it stands in an address.

/// Letters in lower case and digits; one dash for whatever lies between them.
pub fn slug(title: &[u8]) -> Vec<u8> {
    let mut slug = Vec::with_capacity(title.len());
    let mut gap = false;
    for byte in title.iter().map(u8::to_ascii_lowercase) {
        if !byte.is_ascii_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && !slug.is_empty() {
            slug.push(b'-');
        }
        gap = false;
        slug.push(byte);
    }
    slug
}

/// A title of some length.
pub const TITLE: &str = "Forty-Two Ways to Say: Hello, World! (and MORE), told by those who were there on that day";

/// The bytes of the slugs of so many titles.
pub fn slugs(count: u32) -> u64 {
    (0..count).map(|_| slug(std::hint::black_box(TITLE.as_bytes())).len() as u64).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn dashes_stand_between_words_only() {
        assert_eq!(super::slug(b"  Hello, World -- 2 "), b"hello-world-2");
        assert_eq!(super::slug(b"..."), b"");
    }
}
