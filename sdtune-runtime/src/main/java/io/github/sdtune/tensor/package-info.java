/** The one door to the engine: operators, scopes, gradients, weight files, keyed random numbers. */
package io.github.sdtune.tensor;
