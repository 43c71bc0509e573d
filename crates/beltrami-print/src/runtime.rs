//! Functions that printed programs bring with them, when they use them.

/// A function of a printed program.
pub(crate) struct Helper {
    pub name: &'static str,
    pub source: &'static str,
}

/// Those of `helpers` that `code` calls, with those they call themselves, in order.
///
/// A helper only calls helpers above it.
pub(crate) fn used<'a>(helpers: &[&'a Helper], code: &str) -> Vec<&'a Helper> {
    let mut wanted = vec![false; helpers.len()];
    for place in (0..helpers.len()).rev() {
        let name = helpers[place].name;
        let later = helpers[place + 1..].iter().zip(&wanted[place + 1..]);
        wanted[place] = calls(code, name)
            || later.into_iter().any(|(helper, wanted)| *wanted && calls(helper.source, name));
    }
    helpers.iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(helper, _)| *helper).collect()
}

/// Whether code has a call of this function, which is no method and no part of a longer name.
fn calls(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        code[at + name.len()..].starts_with(['(', ')', ':', '{', '<', '>', '.'])
            && !code[..at].ends_with(belongs)
    })
}
