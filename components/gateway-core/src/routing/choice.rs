//! Which deployment of a model is asked.

use super::Routing;
use super::health::{self, Health, Permit};
use crate::config::{Deployment, Model, Strategy};

/// The deployments of a model, during one request.
pub(super) struct Choice<'r, 'a> {
    routing: &'r Routing<'a>,
    model: &'a Model,
    /// Health does not matter: there is nobody else.
    alone: bool,
    /// What was known of each when it was first looked at.
    healths: Vec<Option<Health>>,
    asked: Vec<bool>,
    ruled_out: Vec<bool>,
    /// When the first of those that are left alone may be asked.
    pub(super) soonest: Option<u64>,
}

/// A deployment that is to be asked.
pub(super) struct Picked<'a> {
    pub(super) index: usize,
    pub(super) deployment: &'a Deployment,
    pub(super) health: Health,
    pub(super) probe: bool,
    /// Whether its health is of interest: there are others.
    pub(super) watched: bool,
}

impl<'r, 'a> Choice<'r, 'a> {
    pub(super) fn new(routing: &'r Routing<'a>, model: &'a Model, alone: bool) -> Self {
        let none = vec![false; model.deployments.len()];
        let healths = vec![None; model.deployments.len()];
        Self { routing, model, alone, healths, asked: none.clone(), ruled_out: none, soonest: None }
    }

    /// Never again during this request.
    pub(super) fn rule_out(&mut self, index: usize) {
        if let Some(slot) = self.ruled_out.get_mut(index) {
            *slot = true;
        }
    }

    /// Those that were asked may be asked again.
    pub(super) fn begin_again(&mut self) {
        self.asked.clone_from(&self.ruled_out);
    }

    /// The next one, which counts as asked from now on.
    pub(super) fn pick(&mut self) -> Option<Picked<'a>> {
        let port = self.routing.port;
        loop {
            let mut candidates = Vec::new();
            for (index, deployment) in self.model.deployments.iter().enumerate() {
                let is_out = self.asked.get(index) != Some(&false) || self.ruled_out.get(index) != Some(&false);
                let health = if is_out { continue } else { self.health(index, deployment) };
                if self.may_be_asked(health) {
                    candidates.push((index, deployment, health));
                }
            }
            let (index, deployment, health) = self.best(&candidates)?;
            if let Some(slot) = self.asked.get_mut(index) {
                *slot = true;
            }
            let permit = if self.alone { Permit::Yes } else { health::permit(port, deployment, health) };
            match permit {
                Permit::NotBefore(at) => self.note(at),
                _ if !crate::account::deployment_has_room(self.routing, deployment) => {}
                permit => {
                    return Some(Picked {
                        index,
                        deployment,
                        health,
                        probe: permit == Permit::Probe,
                        watched: !self.alone,
                    });
                }
            }
        }
    }

    fn health(&mut self, index: usize, deployment: &Deployment) -> Health {
        let Some(known) = self.healths.get_mut(index).filter(|_| !self.alone) else { return Health::default() };
        *known.get_or_insert_with(|| health::read(&*self.routing.port.world, &deployment.id))
    }

    fn may_be_asked(&mut self, health: Health) -> bool {
        if health.until > self.routing.port.now() {
            self.note(health.until);
            return false;
        }
        true
    }

    fn note(&mut self, at: u64) {
        self.soonest = Some(self.soonest.map_or(at, |soonest| soonest.min(at)));
    }

    fn best(&self, candidates: &[(usize, &'a Deployment, Health)]) -> Option<(usize, &'a Deployment, Health)> {
        let load = |deployment: &Deployment| {
            let in_flight = self.routing.gateway.in_flight(&deployment.id);
            (in_flight + 1) * 1_000_000 / u64::from(deployment.weight.max(1))
        };
        let rank = |(_, deployment, health): &(usize, &Deployment, Health)| match self.model.strategy {
            Strategy::Weighted => 0,
            Strategy::Priority => u64::from(deployment.priority),
            Strategy::LeastBusy => load(deployment),
            Strategy::LowestLatency => health.latency,
        };
        let lowest = candidates.iter().map(rank).min()?;
        let equals: Vec<_> = candidates.iter().filter(|candidate| rank(candidate) == lowest).collect();
        let total: u64 = equals.iter().map(|(_, deployment, _)| u64::from(deployment.weight)).sum();
        let mut point = if equals.len() > 1 { self.routing.port.world.random() % total.max(1) } else { 0 };
        for (index, deployment, health) in &equals {
            let weight = u64::from(deployment.weight);
            if point < weight {
                return Some((*index, deployment, *health));
            }
            point -= weight;
        }
        None
    }
}
