//! What orders cost, against a store in memory.

use ferrite_udf::testing::Sandbox;
use pricing::{Coupon, Quote, price, quote, set_price};

/// Runs something of the component with a sandbox's store around it; a typed function is no `call`, so its parts are tested.
fn shop(check: impl FnOnce()) {
    let run = |_: ferrite_udf::Args| -> ferrite_udf::Result<()> {
        set_price("pears", 120)?;
        set_price("plums", 30)?;
        check();
        Ok(())
    };
    Sandbox::new().execute(run, &[]).expect("the checks hold");
}

#[test]
fn an_order_costs_its_lines_less_the_coupon() {
    shop(|| {
        let order = [("pears", 3), ("plums", 2)];
        assert_eq!(quote(&order, None), Ok(Quote { sum: 420, off: 0, due: 420 }));
        assert_eq!(quote(&order, Some(Coupon::Percent(10))), Ok(Quote { sum: 420, off: 42, due: 378 }));
        assert_eq!(quote(&order, Some(Coupon::Amount(1000))), Ok(Quote { sum: 420, off: 420, due: 0 }));
    });
}

#[test]
fn what_has_no_price_is_named() {
    shop(|| {
        assert_eq!(price("apples"), Ok(None));
        let error = quote(&[("apples", 1)], None).expect_err("no price");
        assert_eq!(error.line(), "NOPRICE `apples` has no price");
        assert!(quote(&[], Some(Coupon::Percent(101))).is_err());
    });
}
