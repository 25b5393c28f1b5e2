//! The text files under `crates/`, `tests/` and `xtask/`, and Rust text without what is not code.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Files by their path from the workspace's root, with `/` between the parts.
#[derive(Debug, Default)]
pub struct Sources {
    files: BTreeMap<String, String>,
}

impl Sources {
    /// Reads the workspace at `root`.
    ///
    /// # Errors
    /// A directory or file that cannot be read.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut sources = Self::default();
        for top in ["crates", "tests", "xtask"] {
            if root.join(top).is_dir() {
                sources.read_directory(root, top)?;
            }
        }
        Ok(sources)
    }

    fn read_directory(&mut self, root: &Path, directory: &str) -> io::Result<()> {
        for entry in std::fs::read_dir(root.join(directory))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{directory}/{name}");
            if entry.file_type()?.is_dir() {
                if name != "target" {
                    self.read_directory(root, &path)?;
                }
            } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
                self.files.insert(path, text);
            }
        }
        Ok(())
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The text of this file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// All files: path and text.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Rust files: path and text.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// Names of the directories in `crates/`.
    pub(super) fn crates(&self) -> Vec<&str> {
        let mut names: Vec<_> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix("crates/")?.split_once('/'))
            .map(|(name, _)| name)
            .collect();
        names.dedup();
        names
    }
}

#[cfg(test)]
impl Sources {
    pub(super) fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        Self { files }
    }
}

/// Rust text with comments and the contents of literals blanked, line by line as before.
pub(super) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = literal_or_comment(rest).unwrap_or(0);
        if length == 0 {
            code.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        } else {
            let (skipped, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            code.push(' ');
            code.extend(skipped.chars().filter(|letter| *letter == '\n'));
            rest = after;
        }
    }
    code
}

/// Length in bytes of the comment or literal that the text starts with.
fn literal_or_comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(text.find("*/").map_or(text.len(), |end| end + 2));
    }
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inside = raw.get(hashes..)?.strip_prefix('"')?;
        let end = inside.find(&format!("\"{}", "#".repeat(hashes)))?;
        return Some(1 + hashes + 1 + end + 1 + hashes);
    }
    if text.starts_with("'\"'") {
        return Some(3);
    }
    let inside = text.strip_prefix('"')?;
    let mut escaped = false;
    for (at, letter) in inside.char_indices() {
        match letter {
            '"' if !escaped => return Some(at + 2),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_not_code() {
        for (text, expected) in [
            ("a(); // b()\nc();", "a();  \nc();"),
            ("a /* b */ c", "a   c"),
            (r#"a("b \" c") d"#, "a( ) d"),
            (r##"a(r#"b " c"#) d"##, "a( ) d"),
            ("a('\"') b", "a( ) b"),
            ("'a' b", "'a' b"),
            ("for x in r { }", "for x in r { }"),
            ("\"a\nb\" c", " \n c"),
        ] {
            assert_eq!(code_only(text), expected, "{text}");
        }
    }

    #[test]
    fn crates_are_the_directories_that_hold_files() {
        let sources =
            Sources::of([("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", ""), ("xtask/x", "")]);
        assert_eq!(sources.crates(), ["a"]);
    }
}
