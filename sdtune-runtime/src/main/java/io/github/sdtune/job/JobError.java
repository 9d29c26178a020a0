package io.github.sdtune.job;

/**
 * Why a worker failed, in {@link WorkerFiles#error()}.
 *
 * @param userError whether the message is meant for the user as it stands, without a stack trace
 * @param message may have several lines
 * @param stackTrace empty for a user's mistake
 */
public record JobError(boolean userError, String message, String stackTrace) {}
