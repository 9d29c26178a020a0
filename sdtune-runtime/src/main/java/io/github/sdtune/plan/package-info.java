/** What a training will move, before anything starts: from names and shapes, without a tensor. */
package io.github.sdtune.plan;
