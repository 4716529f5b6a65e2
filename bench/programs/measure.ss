;; What the Chez Scheme benchmarks share. Each run prints its result and its time in nanoseconds.
(define runs (string->number (car (command-line-arguments))))

(define (nanoseconds)
  (let ((t (current-time 'time-monotonic)))
    (+ (* 1000000000 (time-second t)) (time-nanosecond t))))

(define (measure f)
  (let loop ((n runs))
    (when (> n 0)
      (let* ((start (nanoseconds)) (result (f)) (end (nanoseconds)))
        (printf "result ~a\n" result)
        (printf "time ~a\n" (- end start))
        (loop (- n 1))))))
