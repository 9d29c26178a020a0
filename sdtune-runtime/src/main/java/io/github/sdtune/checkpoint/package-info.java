/** The layouts that models are kept in on disk, and the ways between them; bytes, not tensors. */
package io.github.sdtune.checkpoint;
