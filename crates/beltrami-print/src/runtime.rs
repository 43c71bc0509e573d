//! Functions that printed programs bring with them, when they use them.
//!
//! They stand in files of their languages under `runtime/`, which their own tools read; this takes the files apart.

/// A function of a printed program.
pub(crate) struct Helper {
    pub name: &'static str,
    pub source: &'static str,
}

/// The functions of files, in order: each goes from a comment `helper NAME` to the next, and what stands before the first serves
/// those alone who read a file as a program.
pub(crate) fn helpers(files: &[&'static str]) -> Vec<Helper> {
    files.iter().flat_map(|file| within(file)).collect()
}

fn within(file: &'static str) -> Vec<Helper> {
    let mut heads = Vec::new();
    let mut at = 0;
    for line in file.split_inclusive('\n') {
        let name = ["// helper ", "# helper "].into_iter().find_map(|mark| line.strip_prefix(mark));
        if let Some(name) = name {
            heads.push((at, at + line.len(), name.trim_end()));
        }
        at += line.len();
    }
    let ends = heads.iter().skip(1).map(|head| head.0).chain([file.len()]);
    let helper = |(&(_, start, name), end): (&(usize, usize, &'static str), usize)| {
        // The last line ends, and nothing follows it.
        Helper { name, source: &file[start..file[..end].trim_end().len() + 1] }
    };
    heads.iter().zip(ends).map(helper).collect()
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
