//! Console blocks of the manual and the README: their commands are run, their output is compared or rewritten.
//!
//! A block starts with ```` ```console ````, its commands with `$ `; the lines below a command are its output, standard
//! output and standard error together. Commands are `beltrami …`, `cargo run --release -- …` (the same program), and
//! `cat`, `sed -n`, `tail` and `python3` for what they read and write; each page runs in a copy of `manual/examples`, from top to bottom.
//! `![…](pictures/NAME.svg)` shows the picture that a command of the page drew under this name.
//! A block whose command must fail says so: ```` ```console fails ````.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::release_folder;
use crate::repository::{files, read, root, shown, target, write};
use crate::{Outcome, compare, python};

/// What to do where the output is not what the page says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write it into the page.
    Rewrite,
    /// Fail.
    Check,
}

/// The pages whose console blocks are run.
fn pages() -> Vec<PathBuf> {
    let mut pages = files("manual/src", "md");
    pages.push(root().join("README.md"));
    pages
}

/// Runs every console block.
pub fn run(mode: Mode) -> Outcome {
    let release = release_folder()?;
    let mut problems = String::new();
    let mut commands = 0;
    for page in pages() {
        let text = read(&page)?;
        let shell = Shell::new(&release, &page, &text)?;
        let blessed = bless(&text, |line, fails| {
            commands += 1;
            shell.output(line, fails).unwrap_or_else(|reason| {
                let _ = writeln!(problems, "{}: `{line}`: {reason}", shown(&page));
                String::new()
            })
        });
        for name in pictures(&text) {
            if let Err(reason) = picture(&shell.folder.join(&name), &name, mode) {
                let _ = writeln!(problems, "{}: {name}: {reason}", shown(&page));
            }
        }
        if compare::same(&text, &blessed) {
            continue;
        }
        match mode {
            Mode::Rewrite => {
                println!("rewritten: {}", shown(&page));
                write(&page, &blessed)?;
            }
            Mode::Check => {
                let _ = writeln!(problems, "{}", difference(&page, &text, &blessed));
            }
        }
    }
    println!("{commands} commands of console blocks");
    if problems.is_empty() {
        Ok(())
    } else {
        Err(format!("{problems}\n`cargo xtask bless` rewrites the output"))
    }
}

/// The names of the pictures of a page: `![…](pictures/NAME)`.
fn pictures(text: &str) -> Vec<String> {
    let links = text.split("](pictures/").skip(1);
    links.filter_map(|link| Some(link.split_once(')')?.0.to_owned())).collect()
}

/// Compares the picture that a command of the page drew with the one that the page shows, or keeps the new one.
fn picture(drawn: &Path, name: &str, mode: Mode) -> Outcome {
    let drawn = std::fs::read_to_string(drawn)
        .map_err(|error| format!("no command of the page drew it: {error}"))?;
    let shown = root().join("manual/src/pictures").join(name);
    let before = std::fs::read_to_string(&shown).unwrap_or_default();
    if compare::same_picture(&before, &drawn) {
        return Ok(());
    }
    match mode {
        Mode::Rewrite => write(&shown, &drawn),
        Mode::Check => Err("the page shows another picture".to_owned()),
    }
}

/// Rewrites the output in console blocks; `output` runs a command, and is told whether it must fail.
fn bless(text: &str, mut output: impl FnMut(&str, bool) -> String) -> String {
    let mut result = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        result.push_str(line);
        result.push('\n');
        let Some(kind) = line.strip_prefix("```console") else { continue };
        let fails = kind.trim() == "fails";
        while let Some(line) = lines.next_if(|line| !line.starts_with("```")) {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            result.push_str(line);
            result.push('\n');
            let mut whole = command.to_owned();
            while whole.ends_with('\\') {
                let Some(more) = lines.next_if(|line| !line.starts_with("```")) else { break };
                result.push_str(more);
                result.push('\n');
                whole.truncate(whole.len() - 1);
                whole.push_str(more);
            }
            for printed in output(&whole, fails).lines() {
                result.push_str(printed.trim_end());
                result.push('\n');
            }
        }
    }
    result
}

/// Where the commands of one page run.
struct Shell {
    folder: PathBuf,
    path: String,
}

impl Shell {
    fn new(release: &Path, page: &Path, text: &str) -> Result<Shell, String> {
        let stem = page.file_stem().unwrap_or_default();
        let folder = target().join("console").join(stem);
        let failed =
            |error: std::io::Error| format!("cannot prepare {}: {error}", folder.display());
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(failed)?;
        }
        std::fs::create_dir_all(&folder).map_err(failed)?;
        if let Ok(examples) = std::fs::read_dir(root().join("manual/examples")) {
            for example in examples.flatten() {
                std::fs::copy(example.path(), folder.join(example.file_name())).map_err(failed)?;
            }
        }
        let mut path = release.display().to_string();
        if text.contains("\n$ python3 ") {
            let python = python::interpreter()?;
            path = format!("{path}:{}", python.parent().unwrap_or(&python).display());
        }
        let inherited = std::env::var("PATH").unwrap_or_default();
        Ok(Shell { folder, path: format!("{path}:{inherited}") })
    }

    fn output(&self, line: &str, fails: bool) -> Result<String, String> {
        let line = match line.strip_prefix("cargo run --release -- ") {
            Some(arguments) => format!("beltrami {arguments}"),
            None => line.to_owned(),
        };
        if !["beltrami ", "cat ", "sed -n ", "tail ", "python3 "]
            .iter()
            .any(|program| line.starts_with(program))
        {
            return Err(
                "console blocks run `beltrami`, `cat`, `sed -n`, `tail` and `python3` only; use a `sh` block"
                    .into(),
            );
        }
        let output = Command::new("sh")
            .args(["-c", &format!("{{ {line}\n}} 2>&1")])
            .current_dir(&self.folder)
            .env("PATH", &self.path)
            .env("NO_COLOR", "1")
            .output()
            .map_err(|error| format!("cannot start sh: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match (output.status.code(), fails) {
            (Some(0), false) | (Some(1 | 2), true) => Ok(text),
            (Some(0), true) => Err("succeeded, but the block is marked `fails`".into()),
            _ => Err(format!("{}\n{text}", output.status)),
        }
    }
}

/// The lines that differ, after `-` what the page says and after `+` what was printed; the first few are enough.
fn difference(page: &Path, old: &str, new: &str) -> String {
    const SHOWN: usize = 40;
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let first = old.iter().zip(&new).take_while(|(a, b)| compare::same(a, b)).count();
    let mut lines: Vec<String> = Vec::new();
    if old.len() == new.len() {
        for (a, b) in old.iter().zip(&new).filter(|(a, b)| !compare::same(a, b)) {
            lines.extend([format!("- {a}"), format!("+ {b}")]);
        }
    } else {
        let shorter = old.len().min(new.len()) - first;
        let ends = old.iter().rev().zip(new.iter().rev()).take(shorter);
        let last = ends.take_while(|(a, b)| compare::same(a, b)).count();
        lines.extend(old[first..old.len() - last].iter().map(|line| format!("- {line}")));
        lines.extend(new[first..new.len() - last].iter().map(|line| format!("+ {line}")));
    }
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    if more > 0 {
        lines.push(format!("({more} more lines)"));
    }
    format!("{}:{}: the output differs\n{}", shown(page), first + 1, lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::bless;

    #[test]
    fn only_the_lines_below_a_command_are_rewritten() {
        let page = "text\n```console\n$ beltrami a\nold\nold\n$ beltrami b\n```\nmore\n```text\n$ beltrami c\n```\n";
        let blessed = bless(page, |line, _| format!("output of {line}\n"));
        let expected = "text\n```console\n$ beltrami a\noutput of beltrami a\n$ beltrami b\noutput of beltrami b\n```\nmore\n```text\n$ beltrami c\n```\n";
        assert_eq!(blessed, expected);
        assert_eq!(bless(&blessed, |line, _| format!("output of {line}\n")), blessed);
    }

    #[test]
    fn a_command_may_go_on_in_the_next_line() {
        let page = "```console\n$ beltrami a \\\n    b\nold\n```\n";
        let blessed = bless(page, |line, _| format!("<{line}>"));
        assert_eq!(blessed, "```console\n$ beltrami a \\\n    b\n<beltrami a     b>\n```\n");
    }
}
