//! Names that a reader may take for one another: equal but for case, spaces and accents, or written in letters of
//! another alphabet that look or sound alike. And names in letters that nobody here writes by.
//!
//! A skeleton is only ever compared with another. It errs on the side of likeness: what follows is that somebody is
//! asked, or that a short id stands beside a name. What looks alike is Unicode's table (UTS 39, with NFKD before it);
//! what sounds alike in Kazakh, Russian and English, and what the table leaves out, is ours.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton as look;

/// What is left of a name once everything is taken away that a reader may overlook.
pub(crate) fn skeleton(name: &str) -> String {
    let bare: String = name.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    bare.replace("rn", "m").chars().map(bones).collect()
}

/// Whether a name is written as people here write names: in the letters of one alphabet, Latin or Cyrillic, with
/// digits, spaces and what stands between names.
pub(crate) fn is_plain(name: &str) -> bool {
    let latin = name.chars().any(is_latin);
    let cyrillic = name.chars().any(is_cyrillic);
    let beside = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '–' | '.' | ',' | '\'' | '’' | '№');
    latin != cyrillic && name.chars().all(|c| is_latin(c) || is_cyrillic(c) || beside(c))
}

/// Latin letters, those with accents whole.
fn is_latin(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ſ')
}

/// The letters of Kazakh, Russian and Ukrainian.
fn is_cyrillic(c: char) -> bool {
    matches!(
        c,
        'А'..='я'
            | 'Ё'
            | 'ё'
            | 'Ә'
            | 'ә'
            | 'Ғ'
            | 'ғ'
            | 'Қ'
            | 'қ'
            | 'Ң'
            | 'ң'
            | 'Ө'
            | 'ө'
            | 'Ұ'
            | 'ұ'
            | 'Ү'
            | 'ү'
            | 'Һ'
            | 'һ'
            | 'І'
            | 'і'
            | 'Ґ'
            | 'ґ'
            | 'Є'
            | 'є'
            | 'Ї'
            | 'ї'
            | 'Ў'
            | 'ў'
    )
}

/// What stands for a letter: our own bone where it is known, or else the bones of what it looks like, small or capital.
fn bones(letter: char) -> String {
    let small: String = letter.to_lowercase().collect();
    let capital: String = letter.to_uppercase().collect();
    if small.chars().any(|c| bone(c).is_some()) {
        return boned(&small);
    }
    let like = [&small, &capital].into_iter().find_map(|form| {
        let like: String = look(form).collect();
        (like != *form).then(|| boned(&like.to_lowercase()))
    });
    like.unwrap_or_else(|| boned(&small))
}

/// What is no letter or digit stands for nothing.
fn boned(small: &str) -> String {
    let own = |c: char| match bone(c) {
        Some(bone) => bone.to_owned(),
        None if c.is_alphanumeric() && !is_combining_mark(c) => c.to_string(),
        None => String::new(),
    };
    small.chars().map(own).collect()
}

/// One letter for all that are taken for it.
fn bone(letter: char) -> Option<&'static str> {
    Some(match letter {
        'a' | 'а' | 'ә' | 'α' | 'ᴀ' => "a",
        'b' | 'в' | 'б' | 'v' | '6' | 'β' | 'ʙ' | 'ᴠ' => "b",
        'c' | 'с' | 's' | 'ѕ' | '5' | 'ꜱ' => "c",
        'd' | 'д' | 'ᴅ' => "d",
        'e' | 'е' | 'э' | 'є' | 'ε' | 'ᴇ' => "e",
        'f' | 'ф' | 'ꜰ' => "f",
        'g' | 'ɢ' => "g",
        'i' | 'і' | 'и' | 'ı' | 'j' | 'ј' | 'l' | '1' | 'ι' | 'ӏ' | 'ɪ' | 'ᴊ' | 'ʟ' | 'ᴎ' => "i",
        'k' | 'к' | 'қ' | 'κ' | 'ĸ' => "k",
        'm' | 'м' | 'μ' | 'ʍ' => "m",
        'n' | 'н' | 'ң' | 'һ' | 'п' | 'h' | 'η' | 'ν' | 'ʜ' | 'ɴ' => "n",
        'o' | 'о' | 'ө' | '0' | 'ο' => "o",
        'r' | 'р' | 'г' | 'ғ' | 'p' | 'ρ' | 'ᴘ' | 'ʀ' => "r",
        't' | 'т' | 'τ' | 'ᴛ' => "t",
        'x' | 'х' | 'χ' => "x",
        'y' | 'у' | 'ү' | 'ұ' | 'u' | 'υ' | 'ʏ' | 'ᴜ' => "y",
        'z' | 'з' | '3' | 'ɜ' | 'ᴢ' => "z",
        'w' | 'ш' | 'щ' | 'ᴡ' => "w",
        'ч' | '4' => "ч",
        'ы' => "ы",
        'ь' | 'ъ' | 'ƅ' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_reader_confuses_have_one_skeleton() {
        let alike = [
            ("Әйгерім", "әйгерім"),
            ("Әйгерім", "Айгерим"),
            ("Дина", " Д и н а "),
            ("Дина", "Дина."),
            ("Дина", "Dina"),
            ("Тимур", "Timur"),
            ("Асхат", "Acxaт"),
            ("Нұрлан", "Нурлан"),
            ("Илья", "Илъя"),
            ("Али", "Ａли"),
            ("Дина", "Ди\u{200b}на"),
            ("Zoe", "Zoë"),
            ("Мұнайшылар", "МҰНАЙШЫЛАР"),
            ("Arman", "Arrnan"),
        ];
        for (one, other) in alike {
            assert_eq!(skeleton(one), skeleton(other), "{one} and {other}");
        }
    }

    #[test]
    fn letters_of_any_alphabet_that_look_like_a_members_are_taken_for_them() {
        let alike = [
            ("Aigerim", "Ai\u{261}erim"),
            ("Aigerim", "A\u{456}gerim\u{345}"),
            ("Saken", "\u{455}\u{430}k\u{435}n"),
            ("Daken", "\u{501}aken"),
            ("Dilara", "Di\u{4cf}ara"),
            ("Olzhas", "\u{1d0f}lz\u{29c}as"),
            ("Айхан", "\u{1d00}йхан"),
            ("Камал", "\u{1d0b}а\u{1d0d}ал"),
            ("Dina", "\u{216e}ina"),
            ("Dina", "\u{1d5a3}ina"),
            ("Dina", "\u{13a0}ina"),
            ("Dina", "Dina\u{115f}\u{3164}"),
        ];
        for (one, other) in alike {
            assert_eq!(skeleton(one), skeleton(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_name_in_capitals_is_the_same_name() {
        for letter in ('a'..='z').chain('а'..='я').chain("әғқңөұүһіёґєїў".chars()) {
            let small = letter.to_string();
            assert_eq!(skeleton(&small), skeleton(&small.to_uppercase()), "{letter}");
        }
    }

    #[test]
    fn names_that_nobody_confuses_have_two() {
        for (one, other) in [("Дина", "Динара"), ("Дина 1", "Дина 2"), ("Әйгерім", "Айгүл"), ("Тимур", "Темір")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_plain_name_is_in_one_alphabet_that_people_here_write() {
        for name in ["Әйгерім", "Дина С.", "Aigerim-2", "Жан Д’Арк", "Şükür", "Цех № 5, Дина", "Їжак"]
        {
            assert!(is_plain(name), "{name}");
        }
        let others =
            ["Дinа", "Ai\u{261}erim", "Д\u{301}ина", "Дина (1a2b)", "𝖣ина", "12", "Дина\u{a0}", "Ѕакен", "日本"];
        for name in others {
            assert!(!is_plain(name), "{name}");
        }
    }
}
