use super::*;

/// Redis' default of `hll-sparse-max-bytes`.
const SPARSE_MAX: usize = 3000;

fn of(elements: impl Iterator<Item = u64>, sparse_max: usize) -> Vec<u8> {
    let mut bytes = empty();
    for element in elements {
        add(&mut bytes, Element::new(element.to_string().as_bytes()), sparse_max).expect("it is well-formed");
    }
    bytes
}

#[test]
fn an_empty_one_is_two_bytes_behind_its_header() {
    let bytes = empty();
    assert_eq!(bytes, b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\0\x7f\xff");
    assert_eq!((encoding(&bytes), cached(&bytes), count(&bytes)), (Some(Encoding::Sparse), Some(0), Ok(0)));
}

#[test]
fn sparse_and_dense_ones_have_the_same_registers_and_estimates() {
    for number in [1, 10, 100, 500, 2000, 20_000] {
        let sparse = of(0..number, usize::MAX);
        let dense = of(0..number, 0);
        assert_eq!((encoding(&sparse), encoding(&dense)), (Some(Encoding::Sparse), Some(Encoding::Dense)));
        assert_eq!(ranks(&sparse), ranks(&dense));
        assert_eq!(count(&sparse), count(&dense));
        let estimate = count(&sparse).expect("it is well-formed") as f64;
        assert!((estimate / number as f64 - 1.0).abs() < 0.03, "{estimate} for {number}");
        let mut converted = sparse.clone();
        assert_eq!(to_dense(&mut converted), Ok(()));
        assert_eq!(converted, dense);
    }
}

#[test]
fn a_sparse_one_becomes_dense_when_it_has_grown_to_its_limit() {
    let mut bytes = empty();
    let mut longest = 0;
    for number in 0_u64.. {
        add(&mut bytes, Element::new(&number.to_le_bytes()), SPARSE_MAX).expect("it is well-formed");
        if encoding(&bytes) == Some(Encoding::Dense) {
            break;
        }
        longest = longest.max(bytes.len());
    }
    assert!((SPARSE_MAX - 3..=SPARSE_MAX).contains(&longest), "{longest}");
    assert_eq!(bytes.len(), 12_304);
}

#[test]
fn a_rank_that_no_run_can_have_makes_it_dense() {
    let mut bytes = empty();
    assert_eq!(add(&mut bytes, Element { register: 16_383, rank: 33 }, SPARSE_MAX), Ok(true));
    assert_eq!(encoding(&bytes), Some(Encoding::Dense));
    assert_eq!(bytes.last(), Some(&(33 << 2)));
    assert_eq!(add(&mut bytes, Element { register: 16_383, rank: 33 }, SPARSE_MAX), Ok(false));
    assert_eq!(ranks(&bytes).map(|ranks| ranks.last().copied()), Ok(Some(33)));
}

#[test]
fn the_union_is_that_of_all_elements() {
    let (one, other) = (of(0..3000, SPARSE_MAX), of(2000..2100, SPARSE_MAX));
    let mut ranks = vec![0; REGISTERS];
    merge(&mut ranks, &one).and_then(|()| merge(&mut ranks, &other)).expect("both are well-formed");
    assert_eq!(Ok(count_merged(&ranks)), count(&of(0..3000, SPARSE_MAX)));
}

#[test]
fn the_estimate_is_kept_until_a_register_changes() {
    let mut bytes = of(0..10, SPARSE_MAX);
    assert_eq!(cached(&bytes), None);
    bytes[ESTIMATE_AT..ESTIMATE_AT + 8].copy_from_slice(&to_cache(10));
    assert_eq!(cached(&bytes), Some(10));
    assert_eq!(add(&mut bytes, Element::new(b"3"), SPARSE_MAX), Ok(false));
    assert_eq!((cached(&bytes), stale_patch(&bytes)), (Some(10), Some((15, 0x80))));
    assert_eq!(add(&mut bytes, Element::new(b"new"), SPARSE_MAX), Ok(true));
    assert_eq!((cached(&bytes), stale_patch(&bytes)), (None, None));
}

#[test]
fn strings_that_are_none_and_runs_that_do_not_fit_are_refused() {
    for bytes in [&b""[..], b"HYLL", b"HYLL\0", &[b'x'; 20], b"HYLL\x02\0\0\0\0\0\0\0\0\0\0\0\x7f\xff"] {
        assert_eq!(encoding(bytes), None);
    }
    for runs in [&b""[..], b"\x7f", b"\x7f\xfe", b"\x7f\xff\0", b"\x7f\xff\x80", b"\0"] {
        let mut bytes = empty();
        bytes.truncate(HEADER);
        bytes.extend_from_slice(runs);
        assert_eq!(count(&bytes), Err(Corrupt), "{runs:?}");
        assert_eq!(merge(&mut [0; REGISTERS], &bytes), Err(Corrupt));
        assert_eq!(to_dense(&mut bytes.clone()), Err(Corrupt));
        let _ = describe(&bytes);
        let _ = add(&mut bytes, Element { register: 16_383, rank: 3 }, SPARSE_MAX);
    }
}

#[test]
fn runs_are_shown_as_text() {
    let mut bytes = empty();
    for (register, rank) in [(0, 3), (1, 3), (2, 3), (3, 3), (4, 3), (100, 1), (110, 2)] {
        assert_eq!(add(&mut bytes, Element { register, rank }, SPARSE_MAX), Ok(true));
    }
    assert_eq!(describe(&bytes), "v:3,4 v:3,1 Z:95 v:1,1 z:9 v:2,1 Z:16273");
}
