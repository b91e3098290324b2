//! Tokens and money: reserved before a call, settled after it, whatever its end.

use std::cell::Cell;
use std::rc::Rc;

use super::tenant::{Scope, Tenant};
use super::{calendar, window};
use crate::config::Price;
use crate::port::Port;
use crate::refusal::Refusal;
use crate::usage::Usage;
use crate::world::Level;

const DAY_KEPT_MS: u64 = 3 * 86_400_000;
const MONTH_KEPT_MS: u64 = 63 * 86_400_000;

/// The counters of a scope's money: of the day and of the month.
pub(crate) fn spend_keys(scope: &str, now_ms: u64) -> [String; 2] {
    [
        format!("gateway:spend:{scope}:d:{}", calendar::day(now_ms)),
        format!("gateway:spend:{scope}:m:{}", calendar::month(now_ms)),
    ]
}

/// What tokens cost, in millionths of a dollar, rounded up.
pub(crate) fn cost(price: Price, usage: Usage) -> u64 {
    let part = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
    let sum = part(usage.input, price.input) + part(usage.output, price.output);
    u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

/// What a call may take. Dropped, it gives back what was not used.
pub(crate) struct Charge {
    port: Rc<Port>,
    tokens: Vec<(String, u64)>,
    money: Vec<(String, u64)>,
    used: Cell<Usage>,
    /// Millionths of a dollar.
    spent: Cell<u64>,
}

impl Charge {
    /// Takes what a call may take at most; refused when there is not so much.
    pub(crate) fn reserve(port: &Rc<Port>, tenant: &Tenant, most: Usage, price: Price) -> Result<Self, Refusal> {
        let mut charge = Self {
            port: Rc::clone(port),
            tokens: Vec::new(),
            money: Vec::new(),
            used: Cell::default(),
            spent: Cell::new(0),
        };
        for scope in &tenant.scopes {
            charge.reserve_tokens(scope, most.total())?;
            charge.reserve_money(scope, cost(price, most))?;
        }
        Ok(charge)
    }

    fn reserve_tokens(&mut self, scope: &Scope, tokens: u64) -> Result<(), Refusal> {
        let Some(most) = scope.allowance.tpm else { return Ok(()) };
        let (world, now) = (&*self.port.world, self.port.now());
        let key = window::minute_key(&scope.id, "t", now);
        // A call that may take more than a whole minute has takes the whole minute.
        let amount = tokens.min(most);
        match window::take_leaving(world, &key, amount, most, window::MINUTE_KEPT_MS) {
            Ok(Some(left)) => {
                self.port.standing.borrow_mut().tokens(most, left);
                self.tokens.push((key, amount));
            }
            Ok(None) => {
                let message = format!("More than {most} tokens in a minute.");
                return Err(Refusal::rate_limited("rate_limit_exceeded", message, window::until_next_minute(now)));
            }
            // Without its store a gateway goes on: only money needs it.
            Err(error) => world.log(Level::Warning, &format!("tokens are not counted: {error}")),
        }
        Ok(())
    }

    fn reserve_money(&mut self, scope: &Scope, micros: u64) -> Result<(), Refusal> {
        // What costs nothing needs no budget.
        if micros == 0 {
            return Ok(());
        }
        let [day, month] = spend_keys(&scope.id, self.port.now());
        let limits = [
            (day, scope.allowance.day_micros, DAY_KEPT_MS, "day"),
            (month, scope.allowance.month_micros, MONTH_KEPT_MS, "month"),
        ];
        for (key, most, kept_ms, span) in limits {
            // What is spent is counted without a limit too, for those who ask.
            match window::take(&*self.port.world, &key, micros, most.unwrap_or(u64::MAX), kept_ms) {
                Ok(true) => self.money.push((key, micros)),
                Ok(false) => return Err(Refusal::over_budget(format!("The budget of this {span} is used up."))),
                Err(error) => {
                    self.port.world.log(Level::Error, &format!("money cannot be reserved: {error}"));
                    if most.is_some() {
                        return Err(Refusal::unavailable("Budgets cannot be checked at the moment."));
                    }
                }
            }
        }
        Ok(())
    }

    /// What the call has taken so far.
    pub(crate) fn flowed(&self, usage: Usage, price: Price) {
        self.used.set(usage);
        self.spent.set(cost(price, usage));
    }

    pub(crate) fn spent_micros(&self) -> u64 {
        self.spent.get()
    }

    pub(crate) fn used(&self) -> Usage {
        self.used.get()
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        let settle = |counters: &[(String, u64)], used: u64| {
            for (key, reserved) in counters {
                if let Err(error) = window::settle(&*self.port.world, key, *reserved, used) {
                    self.port.world.log(Level::Error, &format!("{key} keeps a reservation of {reserved}: {error}"));
                }
            }
        };
        self.port.access.borrow_mut().usage = self.used.get();
        settle(&self.tokens, self.used.get().total());
        settle(&self.money, self.spent.get());
    }
}
