//! A few values by name, in the order of the names: for tables of dozens, which are looked up more often than they change.
//! A sorted vector is as fast for so few as a tree, and a tenth of its code.

/// Values by name. Adding and removing one moves those behind it.
#[derive(Clone, Debug)]
pub struct Named<V>(Vec<(String, V)>);

impl<V> Default for Named<V> {
    fn default() -> Self {
        Named(Vec::new())
    }
}

impl<V> Named<V> {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&V> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// The value of this name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let place = self.place(name).ok()?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    /// Gives a name this value, in place of the one that it had.
    pub fn insert(&mut self, name: String, value: V) {
        match self.place(&name) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (name, value)),
        }
    }

    /// Forgets a name.
    pub fn remove(&mut self, name: &str) {
        if let Ok(place) = self.place(name) {
            self.0.remove(place);
        }
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &V)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_replaced_and_forgotten() {
        let mut named = Named::default();
        for (value, name) in ["pear", "apple", "quince", "apple"].into_iter().enumerate() {
            named.insert(name.to_owned(), value);
        }
        assert_eq!(
            named.iter().map(|(name, value)| (name.as_str(), *value)).collect::<Vec<_>>(),
            [("apple", 3), ("pear", 0), ("quince", 2)]
        );
        *named.get_mut("pear").expect("it is there") = 7;
        named.remove("apple");
        named.remove("plum");
        assert_eq!((named.get("pear"), named.get("apple"), named.len()), (Some(&7), None, 2));
    }
}
