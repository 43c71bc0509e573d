//! The nearest known name, for "did you mean".

/// The candidate that is nearest to `name`, if one is near: at most a third of the letters differ.
///
/// Equal distances are decided by the order of the candidates; a difference in case costs least.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = name.chars().collect();
    // Long names are not typing mistakes, and the distance takes quadratic time.
    if letters.len() > 64 {
        return None;
    }
    let limit = (letters.len() / 3).max(1) * 2;
    candidates
        .into_iter()
        .map(|candidate| (distance(&letters, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Twice the edit distance with swaps of neighbours (optimal string alignment); a change of case counts half.
fn distance(name: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=candidate.len()).map(|column| 2 * column).collect();
    for (i, &a) in name.iter().enumerate() {
        let mut row = vec![2 * (i + 1)];
        for (j, &b) in candidate.iter().enumerate() {
            let change = match (a == b, a.eq_ignore_ascii_case(&b)) {
                (true, _) => 0,
                (false, true) => 1,
                (false, false) => 2,
            };
            let mut best = (above[j] + change).min(above[j + 1] + 2).min(row[j] + 2);
            if i > 0 && j > 0 && a == candidate[j - 1] && name[i - 1] == b {
                best = best.min(before[j - 1] + 2);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[candidate.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["sin", "matrix", "norm2", "sigmoid"];
        assert_eq!(nearest("matrx", names), Some("matrix"));
        assert_eq!(nearest("Sin", names), Some("sin"));
        assert_eq!(nearest("norm", names), Some("norm2"));
        assert_eq!(nearest("isn", names), Some("sin"));
        assert_eq!(nearest("cosh", names), None);
        assert_eq!(nearest("", names), None);
    }
}
