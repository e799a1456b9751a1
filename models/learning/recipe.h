#pragma once

namespace spanwise {

/// What a fine-tune is made of. The defaults are what won on the mean of ten data sets
/// (ARCHITECTURE, "The recipe"); `plain()` is what they are measured against.
struct Recipe {
    double encoderRate = 1e-4;  ///< AdamW's, of an encoder 384 wide
    double headRate = 1e-3;
    /// Each layer learns this times as fast as the one above it.
    double layerDecay = 1;
    double dropout = 0.1;
    double weightDecay = 0.01;
    double warmUp = 0.1;  ///< share of the steps; then the rates fall to 0 in a straight line
    int batchSentences = 8;
    double epochs = 16;    ///< for up to 100 sentences, then with the square root of their number
    double minEpochs = 3;  ///< for thousands
    int minSteps = 120;
    /// Fewer steps than these, for want of time, must be larger: the encoder's by the ratio, at
    /// most six times, the head's by its square, at most ten times. 0: never.
    double fullSteps = 120;
    /// Wider encoders take smaller steps: rates fall with (384 / width) to this power.
    double widthPower = 1.5;
    /// Products in bfloat16 where that is faster (encoders/encoder.h).
    bool bfloat16 = true;
    int frozenLayers = 0;  ///< from below; embeddings are always frozen

    /// Share of the loss of the whole sequence under the decoder's constraints (a conditional
    /// random field with fixed transitions), 0 to 1; the rest is that of each word by itself.
    double sequenceLoss = 1;
    /// What breaching BIO's constraints costs a sequence in that loss (sequence_loss.h): so many
    /// nats for each labelled mention. Knowing what cannot be saves learning it; but where a dozen
    /// mentions are all there is, labels that were never told when they are wrong make spans too
    /// long.
    double breachCost = 0.125;
    /// Inside-outside labels rather than BIO: neighbours of one type cannot be told apart.
    bool insideOnly = false;
    /// Steps that the head alone learns on the untouched encoder's states before all learn
    /// (Kumar et al. 2022, arXiv 2202.10054).
    int probeSteps = 0;
    /// Length of the head's first rows along the types' names as the encoder sees them.
    double nameInit = 1;
    /// Weight of the symmetric divergence between two passes with dropout (R-Drop, arXiv
    /// 2106.14448).
    double rDrop = 0;
    double labelSmoothing = 0;  ///< of the loss of single words alone
    /// Chance, each time that a sentence comes, of each mention to be another one of its type.
    double mentionSwap = 0;
    /// Chance of each sub-token to be hidden behind the mask token.
    double masking = 0;
    /// The weights that stay are the mean over this last share of the steps.
    double averaging = 0;
    /// Fits with other seeds whose weights are averaged.
    int soup = 1;

    /// Self-training: so many fits with other seeds teach a last one what they think of sentences
    /// that nobody labelled (TrainOptions::unlabelled), beside what is labelled.
    int teachers = 0;
    int poolSentences = 200;    ///< of the unlabelled at most
    double poolWeight = 0.5;    ///< of what the teachers say, beside what people say
    double poolConfidence = 0;  ///< the teachers' least mean probability for a word to count
    double poolSharpness = 1;   ///< their probabilities to this power, normalised

    /// A fine-tune as a script would do it: AdamW over all layers at one rate, cross-entropy of
    /// each word, a random head.
    [[nodiscard]] static Recipe plain() {
        Recipe recipe;
        recipe.encoderRate = recipe.headRate = 5e-5;
        recipe.fullSteps = 0;
        recipe.sequenceLoss = 0;
        recipe.nameInit = 0;
        recipe.bfloat16 = false;
        recipe.widthPower = 0;
        recipe.epochs = recipe.minEpochs = 15;
        recipe.minSteps = 100;
        return recipe;
    }
};

}  // namespace spanwise
