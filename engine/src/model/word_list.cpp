#include "model/word_list.h"

namespace penjing {
namespace {

// Letters, digits and everything beyond ASCII make words; the apostrophe does so between two of them.
bool isWordByte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::string> splitWords(std::string_view text) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while (at < text.size()) {
        if (!isWordByte(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() &&
               (isWordByte(text[end]) || (text[end] == '\'' && end + 1 < text.size() && isWordByte(text[end + 1]))))
            ++end;
        words.emplace_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

std::string lowerCase(std::string word) {
    for (char& c : word)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return word;
}

std::string withoutPossessive(std::string word) {
    if (word.ends_with("'s"))
        word.resize(word.size() - 2);
    return word;
}

// What `word` may be the regular plural of.
std::vector<std::string> singulars(const std::string& word) {
    std::vector<std::string> result;
    const std::size_t length = word.size();
    if (length > 2 && word.ends_with("s"))
        result.push_back(word.substr(0, length - 1));
    if (length > 3 && word.ends_with("es"))
        result.push_back(word.substr(0, length - 2));
    if (length > 4 && word.ends_with("ies"))
        result.push_back(word.substr(0, length - 3) + "y");
    return result;
}

std::vector<std::string> plurals(const std::string& word) {
    std::vector<std::string> result{word + "s", word + "es"};
    if (word.ends_with("y"))
        result.push_back(word.substr(0, word.size() - 1) + "ies");
    return result;
}

// English words that name nothing that could be drawn or left out: nobody needs a warning about them.
bool isFunctionWord(const std::string& word) {
    static const std::unordered_set<std::string> kWords{
        "a",     "an",   "the",    "this", "that", "these",   "those", "some",  "any", "my",  "your",
        "his",   "her",  "its",    "i",    "me",   "we",      "you",   "it",    "he",  "she", "they",
        "them",  "is",   "are",    "was",  "be",   "being",   "of",    "in",    "on",  "at",  "to",
        "for",   "from", "by",     "with", "into", "onto",    "and",   "or",    "as",  "who", "which",
        "while", "very", "please", "draw", "show", "picture", "image", "there", "has", "have"};
    return kWords.contains(word);
}

}  // namespace

WordList::WordList(const World& world) {
    const auto add = [this](const std::string& phrase) {
        for (std::string& word : splitWords(phrase)) words_.insert(withoutPossessive(lowerCase(std::move(word))));
    };
    for (const auto& [subject, names] : world.subjects) {
        add(subject);
        for (const std::string& name : names) add(name);
    }
    for (const std::vector<std::string>* list : {&world.styles, &world.colors, &world.words})
        for (const std::string& phrase : *list) add(phrase);
}

bool WordList::knows(const std::string& word) const {
    if (words_.contains(word) || isFunctionWord(word))
        return true;
    for (const std::string& singular : singulars(word))
        if (words_.contains(singular))
            return true;
    for (const std::string& plural : plurals(word))
        if (words_.contains(plural))
            return true;
    return false;
}

std::vector<std::string> WordList::unknownIn(std::string_view prompt) const {
    std::vector<std::string> unknown;
    std::unordered_set<std::string> seen;
    for (const std::string& word : splitWords(prompt)) {
        const std::string plain = withoutPossessive(lowerCase(word));
        if (seen.insert(plain).second && !knows(plain))
            unknown.push_back(word);
    }
    return unknown;
}

}  // namespace penjing
