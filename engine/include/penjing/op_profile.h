#pragma once

namespace penjing {

// Wall time spent in one kind of operation, and the arithmetic it had to do (a multiply-add counts as two).
struct OpTime {
    double seconds = 0.0;
    double operations = 0.0;
    // What the instruction that multiplies could have done in those seconds, at the rate that it had in registers just
    // before (bench/peak_sampler.h): on a shared machine less than at its best. 0: it multiplies nothing.
    double possible = 0.0;
    double perSecond() const { return seconds > 0.0 ? operations / seconds : 0.0; }
    double possiblePerSecond() const { return seconds > 0.0 ? possible / seconds : 0.0; }
    OpTime& operator+=(const OpTime& o) {
        seconds += o.seconds;
        operations += o.operations;
        possible += o.possible;
        return *this;
    }
};

// Where a pipeline's time goes; filled while it runs if PipelineOptions::profile points to one.
struct OpProfile {
    OpTime linear;     // low-bit and dense matrices; the two planes of accurate mode count once
    OpTime attention;  // products with keys and values, of what the mask lets through
    OpTime conv;       // what is multiplied: Winograd's products, where they are taken, are fewer than direct ones
    OpTime other;      // norms, activations, embeddings: seconds only
    double measuring = 0.0;  // seconds spent on OpTime::possible, in none of the above
    double seconds() const { return linear.seconds + attention.seconds + conv.seconds + other.seconds; }
    OpProfile& operator+=(const OpProfile& o) {
        linear += o.linear;
        attention += o.attention;
        conv += o.conv;
        other += o.other;
        measuring += o.measuring;
        return *this;
    }
};

}  // namespace penjing
