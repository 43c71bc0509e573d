//! Identifiers of a printed program.

use std::collections::BTreeSet;

/// The identifiers in use.
pub(crate) struct Identifiers {
    taken: BTreeSet<String>,
    temporaries: usize,
}

impl Identifiers {
    /// None in use but the words of the language and of the printed program.
    pub fn new(reserved: impl IntoIterator<Item = &'static str>) -> Identifiers {
        let taken = reserved.into_iter().map(String::from).collect();
        Identifiers { taken, temporaries: 0 }
    }

    /// The identifier for a name spelled in the language, with underscores after it until it is free.
    pub fn name(&mut self, spelled: String) -> String {
        let mut word = spelled;
        if word.starts_with('_') {
            // Helpers of a printed module may start with an underscore.
            word.insert(0, 'v');
        }
        while !self.taken.insert(word.clone()) {
            word.push('_');
        }
        word
    }

    /// The next name for an intermediate value.
    pub fn temporary(&mut self) -> String {
        loop {
            let word = format!("t{}", self.temporaries);
            self.temporaries += 1;
            if !self.taken.contains(&word) {
                return word;
            }
        }
    }

    /// Numbers intermediate values from 0 again, for another function.
    pub fn restart(&mut self) {
        self.temporaries = 0;
    }

    /// The names of indices of loops, those nested deepest last; a name does not depend on how many are asked for.
    pub fn indices(&self, count: usize) -> Vec<String> {
        let letters = ('i'..='l').chain('p'..='z').map(String::from);
        let numbered = (0..).map(|number| format!("i{number}"));
        letters.chain(numbered).filter(|word| !self.taken.contains(word)).take(count).collect()
    }
}
