#pragma once

#include <string>
#include <string_view>

#include "penjing/foreign_recipe.h"

namespace penjing {

// A recipe of another program while it is read. Takes values as the text that stood in the file; a number that no
// GenerateRequest allows is left out and named. The first value of a field counts, empty ones are no values.
class RecipeDraft {
public:
    explicit RecipeDraft(std::string_view program);

    void setProgram(std::string_view program) { recipe_.program = program; }
    // Tags that load networks (<lora:name:1>) are taken out and named, the rest stays as it was written.
    void setPrompt(std::string_view text);
    void setSeed(std::string_view text);
    void setSteps(std::string_view text);
    void setGuidance(std::string_view text);
    void setWidth(std::string_view text);
    void setHeight(std::string_view text);
    void setSize(std::string_view text);  // "640x480"
    void setModel(std::string_view text);

    // Names a setting that cannot be used here, once: "sampler (Euler a)". The second form says nothing about values
    // that stand for "off": empty, None, null, false.
    void leaveOut(std::string_view name);
    void leaveOut(std::string_view name, std::string_view value);

    const ForeignRecipe& recipe() const { return recipe_; }
    // Whether there is something that a picture could be drawn from.
    bool isUseful() const;

private:
    void setSide(std::optional<int>& side, std::string_view name, std::string_view text);
    void addName(std::string name);

    ForeignRecipe recipe_;
};

}  // namespace penjing
