;; What the Common Lisp benchmarks share. Each run prints its result and its time in nanoseconds.
(declaim (optimize (speed 2) (safety 1) (debug 0)))
(declaim (sb-ext:muffle-conditions warning sb-ext:compiler-note))

;; The standard clock has steps of milliseconds; 1 is CLOCK_MONOTONIC.
(defun nanoseconds ()
  (multiple-value-bind (seconds nanoseconds) (sb-unix::clock-gettime 1)
    (+ (* 1000000000 seconds) nanoseconds)))

(defun measure (f)
  (dotimes (_ (parse-integer (car (last sb-ext:*posix-argv*))))
    (let* ((start (nanoseconds)) (result (funcall f)) (end (nanoseconds)))
      (format t "result ~a~%time ~a~%" result (- end start)))))

(deftype floats () '(simple-array double-float (*)))
(deftype fixnums () '(simple-array fixnum (*)))
