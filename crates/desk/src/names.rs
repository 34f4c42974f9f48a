//! Names that a reader may take for one another: equal but for case, spaces and accents, or written in letters of
//! another alphabet that look or sound alike.
//!
//! A skeleton is only ever compared with another. It errs on the side of likeness: what follows is that somebody is
//! asked, or that a short id stands beside a name.

/// What is left of a name once everything is taken away that a reader may overlook.
pub(crate) fn skeleton(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter_map(bone).collect()
}

/// One letter stands for all that are taken for it; what is no letter or digit stands for nothing.
fn bone(letter: char) -> Option<char> {
    Some(match letter {
        'а' | 'ә' | 'à'..='å' | 'ā' | 'ă' | 'α' => 'a',
        'в' | 'б' | 'v' | '6' | 'β' => 'b',
        'с' | 's' | 'ç' | 'ş' | 'ș' | '5' => 'c',
        'д' => 'd',
        'е' | 'ё' | 'э' | 'є' | 'è'..='ë' | 'ē' | 'ε' => 'e',
        'ф' => 'f',
        'і' | 'и' | 'й' | 'ї' | 'ӣ' | 'ı' | 'j' | 'ј' | 'l' | '1' | 'ì'..='ï' | 'ī' | 'ι' => 'i',
        'к' | 'қ' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'н' | 'ң' | 'һ' | 'п' | 'h' | 'ñ' | 'η' | 'ν' => 'n',
        'о' | 'ө' | '0' | 'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'ο' => 'o',
        'р' | 'г' | 'ғ' | 'p' | 'ρ' => 'r',
        'т' | 'τ' => 't',
        'х' | 'χ' => 'x',
        'у' | 'ү' | 'ұ' | 'u' | 'ù'..='ü' | 'ū' | 'ű' | 'ý' | 'ÿ' | 'υ' => 'y',
        'з' | '3' | 'ž' | 'ż' | 'ź' => 'z',
        'ч' | '4' => 'ч',
        'щ' => 'ш',
        'ь' | 'ъ' => return None,
        // Full-width forms.
        'ａ'..='ｚ' => return char::from_u32(u32::from(letter) - 0xfee0).and_then(bone),
        other if other.is_alphanumeric() => other,
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
        ];
        for (one, other) in alike {
            assert_eq!(skeleton(one), skeleton(other), "{one} and {other}");
        }
    }

    #[test]
    fn names_that_nobody_confuses_have_two() {
        for (one, other) in [("Дина", "Динара"), ("Дина 1", "Дина 2"), ("Әйгерім", "Айгүл"), ("Тимур", "Темір")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} and {other}");
        }
    }
}
